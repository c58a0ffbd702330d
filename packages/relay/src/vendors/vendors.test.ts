import type { HttpRequest } from '@voicewire/protocol';
import { VendorOptionsError } from '@voicewire/protocol';
import { amigo, LIMITS } from '@voicewire/protocol/amigo';
import { soca } from '@voicewire/protocol/soca';
import { describe, expect, test } from 'vitest';
import { TestClock } from '../../test/relayClock.ts';
import { RelayError } from '../errors.ts';
import { Refusal, refusalCodeOf } from '../refusals.ts';
import type { Grant } from '../tokens/tokenBook.ts';
import { amigoRelay, type AmigoRelayOptions } from './amigo.ts';
import type { Entry, StartedVendor } from './relayVendor.ts';
import { socaRelay, type SocaRelayOptions } from './soca.ts';
import { voiceApiTokens } from './voiceApi.ts';

const KEY = 'canary-key-9f8e7d6c5b4a';
const AGENT = '68aa00bb11cc22dd33ee44ff';
const SERVICE = '65f0c2a19b7d4e0012ab34cd';
const OTHER_SERVICE = '65f0c2a19b7d4e0012ab34ce';
const ANNA: Grant = { vendor: 'v', origin: 'https://app.example', holder: 'anna', user: 'anna' };
const BEN: Grant = { ...ANNA, holder: 'ben', user: 'ben' };

/** Answers each call with the next of the bodies, all of them 200. */
function start(vendor: { start: ReturnType<typeof socaRelay>['start'] }, ...bodies: readonly object[]) {
  const calls: HttpRequest[] = [];
  const started: StartedVendor = vendor.start({
    clock: new TestClock(),
    call(request, read) {
      calls.push(request);
      const body = bodies[Math.min(calls.length, bodies.length) - 1];
      const result = read(200, JSON.stringify(body));
      return result.ok ? Promise.resolve(result.message) : Promise.reject(new Refusal('vendor-unavailable'));
    },
  });
  return { started, calls };
}

const bytesOf = (message: unknown): Uint8Array =>
  Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));

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

describe('amigoRelay', () => {
  const OPTIONS: AmigoRelayOptions = {
    organization: 'demo-org',
    apiKey: KEY,
    apiKeyId: 'key-id',
    userId: (user) => `user-${user}`,
    serviceIds: [SERVICE],
  };
  const create = (options: Partial<AmigoRelayOptions> = {}) =>
    start(
      amigoRelay({ ...OPTIONS, ...options }),
      { id_token: 'eyJ0.one.c2ln', expires_at: '2099-01-01T00:00:00Z' },
      { id_token: 'eyJ0.two.c2ln', expires_at: '2099-01-01T00:00:00Z' },
    );
  const client = (token = 'minted') =>
    amigo({
      organization: 'demo-org',
      serviceId: SERVICE,
      baseUrl: 'https://app.example/amigo',
      actionFilter: '^tool-call-.*$',
      credentials: { token },
    });
  const upgradeOf = (token = 'minted') => {
    const { url, subprotocols } = client(token).connectionRequest({ token });
    const [path = '', query = ''] = url.replace('wss://app.example/amigo', '').split('?', 2);
    return { pathBelow: path, query, subprotocols };
  };
  const enter = ({ started }: ReturnType<typeof create>, upgrade = upgradeOf()) =>
    started.relayed?.readUpgrade(upgrade);
  const entryOf = (rig: ReturnType<typeof create>, upgrade = upgradeOf()): Entry => {
    const entry = enter(rig, upgrade);
    if (typeof entry !== 'object') throw new Error(`no entry, but ${entry}`);
    return entry;
  };

  test('connects as the client’s own vendor value would, with the user’s token in the place of the relay’s', async () => {
    const rig = create();
    const entry = entryOf(rig);
    expect(entry).toMatchObject({ token: 'minted', subprotocol: upgradeOf().subprotocols[0] });
    const plan = await entry.open(ANNA);
    expect(plan.url).toBe(client().connectionRequest({ token: 'x' }).url.replace('app.example/amigo', 'api.amigo.ai'));
    expect(plan.subprotocols).toEqual(['bearer.authorization.amigo.ai.eyJ0.one.c2ln']);
    expect(plan.secrets).toEqual(['eyJ0.one.c2ln', KEY]);
    expect(rig.calls).toMatchObject([
      {
        url: 'https://api.amigo.ai/v1/demo-org/user/signin_with_api_key',
        headers: { 'x-api-key': KEY, 'x-api-key-id': 'key-id', 'x-user-id': 'user-anna' },
      },
    ]);
  });

  test('signs each user in once, and again after the vendor refused the token', async () => {
    const rig = create();
    const first = await entryOf(rig).open(ANNA);
    await entryOf(rig).open(ANNA);
    expect(rig.calls).toHaveLength(1);
    await entryOf(rig).open(BEN);
    expect(rig.calls.map(({ headers }) => headers['x-user-id'])).toEqual(['user-anna', 'user-ben']);
    first.onClosed?.(1000);
    await entryOf(rig).open(ANNA);
    expect(rig.calls).toHaveLength(2);
    first.onClosed?.(3000);
    expect((await entryOf(rig).open(ANNA)).subprotocols[0]).toContain('two');
    expect(rig.calls).toHaveLength(3);
  });

  test('a user without a usable name is not allowed in', async () => {
    for (const userId of [() => 'two words', () => ''] as const) {
      await expect(entryOf(create({ userId })).open(ANNA)).rejects.toMatchObject({ code: 'not-allowed' });
    }
    const failing = (): never => {
      throw new Error('unknown');
    };
    await expect(entryOf(create({ userId: failing })).open(ANNA)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test.each([
    ['another organization', { pathBelow: '/v1/other-org/conversation/converse_realtime' }],
    ['another path', { pathBelow: '/v1/demo-org/conversation/' }],
    ['a way out of the path', { pathBelow: '/v1/demo-org/../demo-org/conversation/converse_realtime' }],
    ['no path', { pathBelow: '' }],
    ['a field of its own', { query: 'response_format=text&token=x' }],
    ['a field twice', { query: 'response_format=text&response_format=voice' }],
    ['a format that is none', { query: 'response_format=smoke' }],
    ['a percent sign that escapes nothing', { query: 'response_format=text&current_agent_action_type=%E0%A4' }],
    ['a look-around', { query: `response_format=text&current_agent_action_type=${encodeURIComponent('(?=a)')}` }],
    ['no subprotocol', { subprotocols: [] }],
    ['two', { subprotocols: ['bearer.authorization.amigo.ai.a', 'b'] }],
    ['another one', { subprotocols: ['bearer.a'] }],
  ])('%s opens nothing', (_what, changed) => {
    expect(enter(create(), { ...upgradeOf(), ...changed })).toBe('not-found');
  });

  test('a conversation begins with a service on the list; before it, nothing goes through that cannot be read', async () => {
    const startOf = (serviceId: string) =>
      `{"type":"client.start-conversation","service_id":"${serviceId}","service_version_set_name":"release"}`;
    const filterOf = async (options: Partial<AmigoRelayOptions> = {}) => {
      const { filter } = await entryOf(create(options)).open(ANNA);
      return (text: string | Uint8Array, isBinary = false): string | undefined => {
        const passed = filter?.(bytesOf(text), isBinary);
        return passed && Buffer.from(passed).toString();
      };
    };
    expect((await filterOf())(startOf(SERVICE))).toBe(startOf(SERVICE));
    expect((await filterOf())(startOf(OTHER_SERVICE))).toBeUndefined();
    expect((await filterOf({ serviceIds: [SERVICE, OTHER_SERVICE] }))(startOf(OTHER_SERVICE))).toBe(
      startOf(OTHER_SERVICE),
    );
    // Parsers differ in which of two they take; the vendor gets to see one.
    const twice = startOf(OTHER_SERVICE).replace('{', `{"service_id":"${SERVICE}",`);
    expect((await filterOf())(twice)).toBeUndefined();
    const hidden = startOf(SERVICE).replace('{', `{"service_id":"${OTHER_SERVICE}",`);
    expect((await filterOf())(hidden)).not.toContain(OTHER_SERVICE);
    expect((await filterOf())('not json')).toBeUndefined();
    expect((await filterOf())('\x00\x01', true)).toBeUndefined();
    const filter = await filterOf();
    filter(startOf(SERVICE));
    expect(filter('anything')).toBe('anything');
  });

  test('direct: hands the user’s token out, and relays nothing', async () => {
    const { started } = create({ connection: 'direct' });
    const request = { grant: ANNA, socketUrl: '', mint: () => ({ token: 'minted', expiresEpochMs: 0 }) };
    expect(await started.issueCredentials(request)).toEqual({
      token: 'eyJ0.one.c2ln',
      expiresAt: '2099-01-01T00:00:00Z',
    });
    expect(started.relayed).toBeUndefined();
  });

  test('takes messages as large as the vendor does', () => {
    expect(create().started.relayed?.maxClientMessageBytes).toBe(LIMITS.maxMessageBytes);
  });

  test.each([
    ['token-invalid', 'auth-failed', 'new-credentials'],
    ['token-expired', 'auth-failed', 'new-credentials'],
    ['token-used', 'auth-failed', 'new-credentials'],
    ['not-allowed', 'forbidden', 'never'],
    ['vendor-unavailable', 'connection-lost', 'backoff'],
    ['vendor-key-refused', 'closed-by-server', 'never'],
    ['flooded', 'rate-limited', 'after-delay'],
    ['relay-draining', 'server-shutdown', 'backoff'],
  ] as const)('%s reaches the session as %s, retry %s', (refusal, code, retry) => {
    const farewell = create().started.relayed?.farewellOf(refusal);
    const session = client().createSession({ token: 'minted' });
    session.open();
    expect(session.closed({ code: farewell?.closeCode ?? 0, reason: '', wasOpen: true })).toMatchObject({
      code,
      retry,
    });
  });

  test('refuses what cannot work, at once and without quoting it', () => {
    expect(() => amigoRelay({ ...OPTIONS, serviceIds: [] })).toThrow(RelayError);
    for (const wrong of [
      { apiKey: `${KEY} ` },
      { serviceIds: [KEY] },
      { baseUrl: `x://${KEY}` },
      { organization: '' },
    ]) {
      const fault = faultOf(() => amigoRelay({ ...OPTIONS, ...wrong }));
      expect(fault).toBeInstanceOf(VendorOptionsError);
      expect(String(fault)).not.toContain(KEY);
    }
  });
});

describe('voiceApiTokens', () => {
  test('asks for a token each time, gives what a client needs of the answer, and relays nothing', async () => {
    const answer = { token: 'eyJ0', ws_url: 'wss://voice.example/ws', extra: KEY };
    const { started, calls } = start(voiceApiTokens({ apiUrl: 'https://voice.example', apiKey: KEY }), answer);
    const request = { grant: ANNA, socketUrl: '', mint: () => ({ token: 'minted', expiresEpochMs: 0 }) };
    for (let i = 0; i < 2; i++)
      expect(await started.issueCredentials(request)).toEqual({ token: 'eyJ0', ws_url: 'wss://voice.example/ws' });
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ method: 'POST', headers: { Authorization: `Bearer ${KEY}` } });
    expect(started.relayed).toBeUndefined();
  });
});

test('a refusal is known by its code, and nothing else is kept of what was thrown', () => {
  expect(refusalCodeOf(new Refusal('not-allowed'), 'vendor-unavailable')).toBe('not-allowed');
  expect(refusalCodeOf(new Error(KEY), 'vendor-unavailable')).toBe('vendor-unavailable');
});

function faultOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}
