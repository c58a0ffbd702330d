import { describe, expect, test } from 'vitest';
import { RULES } from '../src/amigo/rules.ts';
import { PREFIX, SERVICE_ID, SOCKET_PATH, START, TEXT, VOICE, createAmigoRig } from './support/amigoRig.ts';

const ruleIds = (rig: ReturnType<typeof createAmigoRig>): string[] =>
  rig.sandbox.ledger.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`);

test('every rule of the specification has its number', () => {
  const ranges = [
    [1, 8],
    [10, 24],
    [30, 38],
    [40, 49],
    [50, 53],
  ] as const;
  const numbers = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
  expect(Object.keys(RULES)).toEqual(numbers.map((number) => `A-${String(number).padStart(2, '0')}`));
});

describe('a right handshake', () => {
  test.each([
    ['voice as PCM', VOICE],
    ['voice as MP3', VOICE.replace('pcm', 'mp3')],
    ['text', TEXT],
    ['without a filter', 'response_format=voice&audio_format=pcm'],
    ['a filter with a percent-encoded expression', 'response_format=text&current_agent_action_type=%5Etool-call-'],
  ])('%s: nobody is accused', (_name, query) => {
    const rig = createAmigoRig();
    const client = rig.converse({ query });
    expect(client.types[0]).toBe('conversation-created');
    expect(client.conversationId).toMatch(/^[a-f0-9]{24}$/);
    expect(ruleIds(rig)).toEqual([]);
  });
});

describe('A-01, the path', () => {
  test.each([
    `${SOCKET_PATH}/`,
    `${SOCKET_PATH}/x`,
    '/v1/conversation/converse_realtime',
    '/v2/demo-org/conversation/converse_realtime',
    '/v1/demo-org/extra/conversation/converse_realtime',
  ])('%s is 404 and recorded', (path) => {
    const rig = createAmigoRig();
    const client = rig.connect({ path });
    expect([client.closeCode, client.socket.openedAtMs]).toEqual([1006, undefined]);
    expect(ruleIds(rig)).toEqual(['A-01 fatal']);
    expect(rig.sandbox.ledger.requests.at(-1)?.status).toBe(404);
  });

  test.each(['nobody', 'demo%2Dorg2', '%', 'demo-org-eu'])('organization %s does not exist: 4004', (organization) => {
    const rig = createAmigoRig();
    const path = SOCKET_PATH.replace('demo-org', organization);
    expect(rig.connect({ path }).closeCode).toBe(4004);
    expect(ruleIds(rig)).toEqual(['A-01 fatal']);
    expect(rig.connect({ path, subprotocols: [] }).closeCode).toBe(4004);
  });

  test('a percent-encoded organization is the same one', () => {
    const rig = createAmigoRig();
    expect(rig.converse({ path: SOCKET_PATH.replace('demo-org', 'demo%2Dorg') }).types[0]).toBe('conversation-created');
    expect(ruleIds(rig)).toEqual([]);
  });
});

describe('A-02, the subprotocol', () => {
  test.each([
    ['none', []],
    ['no token', [PREFIX]],
    ['another prefix', ['bearer.TOKEN']],
    ['two of them', ['a', 'b']],
    ['characters that no subprotocol has', [`${PREFIX}a=b`]],
  ])('%s: opened, then 3000', (_name, subprotocols) => {
    const rig = createAmigoRig();
    const client = rig.connect({ subprotocols });
    expect(client.socket.openedAtMs).toBeDefined();
    expect(client.closeCode).toBe(3000);
    expect(ruleIds(rig)[0]).toBe('A-02 fatal');
  });

  test('with refusal "http": 401, which looks like 1006', () => {
    const rig = createAmigoRig({ amigo: { refusal: 'http' } });
    const client = rig.connect({ subprotocols: [] });
    expect([client.socket.openedAtMs, client.closeCode]).toEqual([undefined, 1006]);
    expect(rig.sandbox.ledger.requests.at(-1)?.status).toBe(401);
    expect(ruleIds(rig)).toEqual(['A-02 fatal']);
  });

  test('with refusal "http", what is no matter of tokens still closes the socket', () => {
    const rig = createAmigoRig({ amigo: { refusal: 'http' } });
    expect(rig.connect({ query: 'response_format=song' }).closeCode).toBe(4000);
  });

  test('under policy record, a client without a token talks on', () => {
    const rig = createAmigoRig({ policy: 'record' });
    const client = rig.converse({ subprotocols: [] });
    expect(client.types).toEqual(['conversation-created']);
    expect(ruleIds(rig)).toEqual(['A-02 fatal']);
  });
});

describe('A-03, the subprotocol comes back', () => {
  test('the memory network fails a client whose subprotocol is not repeated, as browsers do', () => {
    for (const fault of ['no-echo', 'wrong-echo'] as const) {
      const rig = createAmigoRig({ amigo: { faults: [fault] } });
      const client = rig.connect();
      expect([client.socket.openedAtMs, client.closeCode]).toEqual([undefined, 1006]);
      expect(ruleIds(rig)).toEqual(['A-51 note']);
    }
  });

  test.each(['no-echo', 'wrong-echo'] as const)('%s: a client that talks all the same is recorded', (fault) => {
    const rig = createAmigoRig({ amigo: { faults: [fault] } });
    const echoes: (string | undefined)[] = [];
    rig.sandbox.accept({
      request: {
        path: `${SOCKET_PATH}?${VOICE}`,
        headers: { host: 'localhost' },
        subprotocols: [PREFIX + rig.signIn()],
      },
      refuse: () => echoes.push('refused'),
      open: (start, echo) => {
        echoes.push(echo);
        const socket = {
          send: () => undefined,
          close: () => undefined,
          terminate: () => undefined,
          bufferedAmountBytes: 0,
        };
        start(socket).onMessage(JSON.stringify(START));
      },
    });
    expect(echoes).toEqual([fault === 'no-echo' ? undefined : 'another.protocol']);
    expect(ruleIds(rig)).toEqual(['A-03 fatal']);
  });
});

describe('A-04, the token is nowhere else', () => {
  test.each(['token=x', 'access_token=x', 'Authorization=x'])('%s in the URL is strict', (parameter) => {
    const rig = createAmigoRig();
    expect(rig.converse({ query: `${VOICE}&${parameter}` }).types[0]).toBe('conversation-created');
    expect(ruleIds(rig)).toEqual(['A-04 strict']);
  });

  test('our token under another name is found, too, and the ledger holds it nowhere', () => {
    const rig = createAmigoRig();
    const token = rig.signIn();
    rig.converse({ token, query: `${VOICE}&x=${token}` });
    expect(ruleIds(rig)).toContain('A-04 strict');
    expect(JSON.stringify(rig.sandbox.ledger)).not.toContain(token);
  });
});

describe('A-05, the formats', () => {
  test.each([
    ['response_format=song'],
    ['audio_format=pcm'],
    ['response_format=voice'],
    ['response_format=voice&audio_format=wav'],
  ])('%s: 4000', (query) => {
    const rig = createAmigoRig();
    expect(rig.connect({ query }).closeCode).toBe(4000);
    expect(ruleIds(rig)).toEqual(['A-05 fatal']);
  });

  test('audio_format with text is strict, and 4000 in profile literal', () => {
    const query = 'response_format=text&audio_format=pcm';
    const lenient = createAmigoRig();
    expect(lenient.converse({ query }).closeCode).toBeUndefined();
    expect(ruleIds(lenient)).toEqual(['A-05 strict']);
    const literal = createAmigoRig({ profile: 'literal' });
    expect(literal.connect({ query }).closeCode).toBe(4000);
  });
});

describe('A-06, the filter for agent actions', () => {
  test.each(['(?=tool)', '(a)\\1', '('])('%s is no RE2: 4000', (pattern) => {
    const rig = createAmigoRig();
    const query = `${TEXT.split('&')[0]}&current_agent_action_type=${encodeURIComponent(pattern)}`;
    expect(rig.connect({ query }).closeCode).toBe(4000);
    expect(ruleIds(rig)).toEqual(['A-06 fatal']);
  });

  test.each(['%ZZ', '%', '%5', '%5Etool-%', '%FF', '%E0%A4'])('%j cannot be decoded: 4000', (encoded) => {
    const rig = createAmigoRig();
    const query = `response_format=text&current_agent_action_type=${encoded}`;
    expect(rig.connect({ query }).closeCode).toBe(4000);
    expect(ruleIds(rig)).toEqual(['A-06 fatal']);
  });

  test('without percent-encoding it is strict, and 4000 in profile literal', () => {
    const query = 'response_format=text&current_agent_action_type=^tool-.+$';
    const lenient = createAmigoRig();
    expect(lenient.converse({ query }).closeCode).toBeUndefined();
    expect(ruleIds(lenient)).toEqual(['A-06 strict']);
    expect(createAmigoRig({ profile: 'literal' }).connect({ query }).closeCode).toBe(4000);
  });
});

describe('A-07, the token', () => {
  test.each([
    ['?fault=token-expired', 3000],
    ['?fault=token-not-yet-valid', 3000],
    ['?fault=token-no-permission', 3003],
    ['?fault=token-wrong-region', 4004],
  ])('a token from sign-in with %s: %d', (query, closeCode) => {
    const rig = createAmigoRig();
    const client = rig.connect({ token: rig.signIn(query) });
    expect(client.closeCode).toBe(closeCode);
    expect(ruleIds(rig)).toEqual(['A-07 fatal']);
  });

  test('a token of another organization is unknown: 3000', () => {
    const rig = createAmigoRig({ amigoAccounts: { organization: 'other-org' } });
    const token = createAmigoRig().signIn();
    expect(rig.connect({ token, path: SOCKET_PATH.replace('demo-org', 'other-org') }).closeCode).toBe(3000);
    expect(ruleIds(rig)).toEqual(['A-07 fatal']);
  });

  test('an API key in place of a token, and a user without permission', () => {
    const rig = createAmigoRig();
    expect(rig.connect({ token: 'demo-key' }).closeCode).toBe(3000);
    expect(rig.connect({ token: rig.signIn('', 'restricted-user') }).closeCode).toBe(3003);
  });

  test('a token that expires during the session: 3000 at that moment, and it is no breach', () => {
    const rig = createAmigoRig({ amigoAccounts: { tokenLifeMs: 40_000 } });
    const client = rig.converse().idle(39_900);
    expect(client.closeCode).toBeUndefined();
    client.wait(200);
    expect([client.closeCode, ruleIds(rig)]).toEqual([3000, []]);
    const patient = createAmigoRig({ amigoAccounts: { tokenLifeMs: 40_000 }, amigo: { expiry: 'ignore' } });
    expect(patient.converse().idle(60_000).closeCode).toBeUndefined();
  });
});

describe('A-08, one connection', () => {
  test('a second one of the same user and service: 4009, the first goes on', () => {
    const rig = createAmigoRig();
    const first = rig.converse();
    const second = rig.converse();
    expect([first.closeCode, second.closeCode]).toEqual([undefined, 4009]);
    expect(ruleIds(rig)).toEqual(['A-08 fatal']);
  });

  test('other users and other services have places of their own', () => {
    const services = [SERVICE_ID, 'b'.repeat(24)];
    const rig = createAmigoRig({ amigoAccounts: { users: ['a', 'b'], services } });
    const clients = [rig.converse({ token: rig.signIn('', 'a') }), rig.converse({ token: rig.signIn('', 'b') })];
    clients.push(
      rig
        .connect({ token: rig.signIn('', 'a') })
        .send({ ...START, service_id: 'b'.repeat(24) })
        .wait(20),
    );
    expect(clients.map((client) => client.types)).toEqual(Array(3).fill(['conversation-created']));
    expect(ruleIds(rig)).toEqual([]);
  });

  test('after a clean close the place is free at once', () => {
    const rig = createAmigoRig();
    const id = rig.converse().finish().leave() && rig.converse().conversationId;
    expect(id).toMatch(/^[a-f0-9]{24}$/);
    expect(ruleIds(rig)).toEqual([]);
  });

  test('after a loss it is held for 30 s: 4009 without blame for who continues, then free', () => {
    const rig = createAmigoRig();
    const lost = rig.converse({ query: `${VOICE}&impair=terminateAtMs=1000` });
    lost.wait(1000);
    expect(lost.closeCode).toBe(1006);
    const again = (): number | undefined => rig.connect().continue(lost.conversationId).closeCode;
    expect(again()).toBe(4009);
    rig.clock.advanceMs(29_000);
    expect(again()).toBe(4009);
    rig.clock.advanceMs(1100);
    expect(again()).toBeUndefined();
    expect(ruleIds(rig)).toEqual(['A-51 note']);
  });
});
