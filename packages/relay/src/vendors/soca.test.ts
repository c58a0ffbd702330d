import { VendorOptionsError } from '@voicewire/protocol';
import { soca } from '@voicewire/protocol/soca';
import { describe, expect, test } from 'vitest';
import { ANNA, BEN, KEY, bytesOf, faultOf, start } from '../../test/vendorRig.ts';
import { RelayError } from '../errors.ts';
import type { Entry } from './relayVendor.ts';
import { socaRelay, type SocaRelayOptions } from './soca.ts';

const AGENT = '68aa00bb11cc22dd33ee44ff';

describe('socaRelay', () => {
  const create = (options: Partial<SocaRelayOptions> = {}) =>
    start(socaRelay({ privateKey: KEY, agentIds: [AGENT], ...options }), session('s1'), session('s2'), session('s3'));
  const session = (id: string) => ({ status: true, message: 'ok', data: { session_id: id } });
  const relayStart = { type: 'relay.start', token: 't', agent_id: AGENT, lang: 'en', sr: 16_000 };
  const enter = ({ started }: ReturnType<typeof create>, message: unknown = relayStart): Entry | undefined =>
    started.relayed?.readFirstMessage?.(bytesOf(message), false);
  const greet = async (rig: ReturnType<typeof create>, message: unknown, grant = ANNA) => {
    const plan = await enter(rig, message)?.open(grant);
    const [text = 'null'] = (await plan?.greeting) ?? [];
    return { plan, start: JSON.parse(text) as unknown };
  };

  test('puts a start with the key and a new session in the place of what the client’s own vendor value says', async () => {
    const rig = create();
    const credentials = await rig.started.issueCredentials({
      grant: ANNA,
      socketUrl: 'wss://app.example/soca',
      mint: () => ({ token: 'minted', expiresEpochMs: 0 }),
    });
    expect(credentials).toEqual({ relayUrl: 'wss://app.example/soca', token: 'minted' });
    const vendor = soca({ agentId: AGENT, language: 'en', credentials: () => credentials });
    const given = vendor.parseCredentials(credentials);
    if (!given.ok) throw new Error(JSON.stringify(given.issues));
    const [hello] = vendor.createSession(given.message).open().send;
    const entry = rig.started.relayed?.readFirstMessage?.(bytesOf(hello?.payload), false);
    expect(entry?.token).toBe('minted');
    const plan = await entry?.open(ANNA);
    expect(plan).toMatchObject({ url: 'wss://api.soca.ai/voice-ws', subprotocols: [], secrets: [KEY] });
    expect(JSON.parse((await plan?.greeting)?.[0] ?? '')).toEqual({
      type: 'start',
      private_key: KEY,
      session_id: 's1',
      agent_id: AGENT,
      lang: 'en',
      sr: 16_000,
    });
    expect(rig.calls).toMatchObject([
      { url: `https://api.soca.ai/v1/session/${AGENT}`, headers: { private_key: KEY } },
    ]);
  });

  test('nothing that the client adds goes on: no key, no field, no session of somebody else', async () => {
    const { start: sent } = await greet(create(), { ...relayStart, private_key: 'x', extra: 1, session_id: 'stolen' });
    expect(sent).toEqual({
      type: 'start',
      private_key: KEY,
      session_id: 's1',
      agent_id: AGENT,
      lang: 'en',
      sr: 16_000,
    });
  });

  test('a session is taken up by the one it was created for, and nobody else', async () => {
    const rig = create();
    expect((await greet(rig, relayStart)).start).toMatchObject({ session_id: 's1' });
    const resuming = { ...relayStart, session_id: 's1' };
    expect((await greet(rig, resuming)).start).toMatchObject({ session_id: 's1' });
    expect((await greet(rig, resuming, BEN)).start).toMatchObject({ session_id: 's2' });
    expect(rig.calls).toHaveLength(2);
  });

  test('other agents of the account are out of reach', async () => {
    const entry = enter(create(), { ...relayStart, agent_id: 'another' });
    await expect(entry?.open(ANNA)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test.each([
    'hello',
    '{}',
    '[]',
    '{"type":"start","private_key":"x","session_id":"s","agent_id":"a"}',
    `{"type":"relay.start","agent_id":"${AGENT}"}`,
    `{"type":"relay.start","token":7,"agent_id":"${AGENT}"}`,
    `{"type":"relay.start","token":"t","agent_id":"${AGENT}","sr":8000}`,
    '{"type":"__proto__"}',
    '{"type":"constructor","token":"t"}',
  ])('takes %s for no entry', (text) => {
    expect(enter(create(), text)).toBeUndefined();
  });

  test('takes binary for no entry, and no path below its own', () => {
    const { relayed } = create().started;
    expect(relayed?.readFirstMessage?.(bytesOf(relayStart), true)).toBeUndefined();
    const upgrade = { query: '', subprotocols: [] };
    expect(relayed?.readUpgrade({ ...upgrade, pathBelow: '' })).toBe('wait-for-message');
    expect(relayed?.readUpgrade({ ...upgrade, pathBelow: '/x' })).toBe('not-found');
  });

  test('older deployments get the key as a token', async () => {
    const { start: sent } = await greet(create({ keyField: 'token' }), relayStart);
    expect(sent).toMatchObject({ type: 'start', token: KEY });
    expect(sent).not.toHaveProperty('private_key');
  });

  test.each([
    ['token-invalid', 'auth-failed', 'never'],
    ['first-message-invalid', 'auth-invalid', 'never'],
    ['token-expired', 'session-setup-failed', 'backoff'],
    ['token-used', 'session-setup-failed', 'backoff'],
    ['vendor-unavailable', 'session-setup-failed', 'backoff'],
    ['vendor-key-refused', 'closed-by-server', 'never'],
    ['not-allowed', 'closed-by-server', 'never'],
    ['relay-draining', 'server-shutdown', 'backoff'],
  ] as const)('%s reaches the session as %s, retry %s', (refusal, code, retry) => {
    const farewell = create().started.relayed?.farewellOf(refusal);
    const vendor = soca({ agentId: AGENT, credentials: { relayUrl: 'wss://app.example/soca', token: 't' } });
    const session = vendor.createSession({ relayUrl: 'wss://app.example/soca', token: 't' });
    session.open();
    if (farewell?.message !== undefined) session.receive(farewell.message);
    expect(session.closed({ code: farewell?.closeCode ?? 0, reason: '', wasOpen: true })).toMatchObject({
      code,
      retry,
    });
  });

  test('refuses what cannot work, at once and without quoting it', () => {
    expect(() => socaRelay({ privateKey: KEY, agentIds: [] })).toThrow(RelayError);
    for (const wrong of [{ privateKey: `${KEY} ` }, { url: `http://${KEY}` }, { apiUrl: `ftp://${KEY}` }]) {
      const fault = faultOf(() => socaRelay({ privateKey: KEY, agentIds: [AGENT], ...wrong }));
      expect(fault).toBeInstanceOf(VendorOptionsError);
      expect(String(fault)).not.toContain(KEY);
    }
  });
});
