import { VendorOptionsError } from '@voicewire/protocol';
import { amigo, LIMITS } from '@voicewire/protocol/amigo';
import { describe, expect, test } from 'vitest';
import { ANNA, BEN, KEY, bytesOf, faultOf, start } from '../../test/vendorRig.ts';
import { RelayError } from '../errors.ts';
import { amigoRelay, type AmigoRelayOptions } from './amigo.ts';
import type { Entry } from './relayVendor.ts';

const SERVICE = '65f0c2a19b7d4e0012ab34cd';
const OTHER_SERVICE = '65f0c2a19b7d4e0012ab34ce';

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
