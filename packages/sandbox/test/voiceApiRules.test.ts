import { describe, expect, test } from 'vitest';
import { VOICE_API_RULES } from '../src/core.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';
import { frameOf } from './support/testClient.ts';

const TOKEN_PATH = '/api/v1/sdk/token';
const HEARTBEAT_PATH = '/api/v1/sdk/heartbeat';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const zeros = new Uint8Array(640);

/** Error messages and the close that followed, e.g. `AUTH_FAILED 4003`. */
function ending(client: ReturnType<ReturnType<typeof createRig>['openClient']>): string {
  const last = client.texts.at(-1);
  const code = last === undefined ? '' : String((JSON.parse(last) as { code?: unknown }).code);
  return `${code} ${client.closes[0]?.code ?? 'open'}`.trim();
}

test('every rule has a number from C-01 to C-15', () => {
  expect(Object.keys(VOICE_API_RULES)).toEqual(
    Array.from({ length: 15 }, (_, i) => `C-${String(i + 1).padStart(2, '0')}`),
  );
});

describe('C-01, the token request', () => {
  test.each([
    ['no key', {}, 401],
    ['a wrong key', bearer('wrong'), 401],
    ['another scheme', { authorization: 'Basic demo-key' }, 401],
    ['a disabled key', bearer('disabled-key'), 403],
    ['the demo key', bearer('demo-key'), 200],
    ['the demo key, scheme in lower case', { authorization: 'bearer demo-key' }, 200],
  ] as const)('%s: both endpoints', (_name, headers, status) => {
    const { network, sandbox } = createRig();
    for (const url of [TOKEN_PATH, HEARTBEAT_PATH]) expect(network.request({ url, headers }).status).toBe(status);
    const wanted = status === 200 ? [] : ['C-01', 'C-01'];
    expect(sandbox.ledger.violations.map(({ ruleId }) => ruleId)).toEqual(wanted);
    expect(sandbox.ledger.requests.map((request) => request.status)).toEqual([status, status]);
  });

  test('GET is 405 with the methods that work; an unknown path is 404', () => {
    const { network } = createRig();
    const response = network.request({ method: 'GET', url: TOKEN_PATH, headers: bearer('demo-key') });
    expect([response.status, response.headers['allow']]).toEqual([405, 'POST, OPTIONS']);
    expect(network.request({ url: '/api/v1/sdk/nothing' }).status).toBe(404);
  });

  test('the answers have the documented shapes', () => {
    const { network } = createRig();
    const token = network.request({ url: TOKEN_PATH, headers: bearer('demo-key') });
    expect(JSON.parse(token.body)).toEqual({
      token: expect.stringMatching(/^[a-z2-9]{32}$/) as unknown,
      ws_url: expect.stringMatching(/^ws:\/\/localhost:80\/api\/v1\/sdk\/ws\?ticket=[a-z2-9]{12}$/) as unknown,
    });
    expect(token.headers['cache-control']).toBe('no-store');
    const heartbeat = network.request({ url: HEARTBEAT_PATH, headers: bearer('demo-key') });
    expect(JSON.parse(heartbeat.body)).toEqual({ status: 'ok' });
  });

  test('a page on localhost may read the answer, a page elsewhere is refused before it is answered', () => {
    const { network, sandbox } = createRig();
    const from = (origin: string, method = 'POST') =>
      network.request({ url: TOKEN_PATH, method, headers: { ...bearer('demo-key'), origin } });
    expect(from('http://localhost:5173').headers['access-control-allow-origin']).toBe('http://localhost:5173');
    expect(from('http://localhost:5173', 'OPTIONS').status).toBe(204);
    expect(from('https://evil.example').status).toBe(403);
    expect(sandbox.ledger.requests.length).toBe(1);
  });

  test('keys can be set', () => {
    const { network } = createRig({ voiceApi: { apiKey: 'mine', disabledApiKey: 'off' } });
    const status = (key: string) => network.request({ url: TOKEN_PATH, headers: bearer(key) }).status;
    expect([status('mine'), status('off'), status('demo-key')]).toEqual([200, 403, 401]);
  });
});

describe('C-02 and C-14, the token', () => {
  test('used twice: AUTH_FAILED, 4003, both rules fatal', () => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const first = rig.openClient(ws_url);
    first.sendToken(token);
    rig.clock.advanceMs(200);
    expect(rig.verdicts).toEqual([]);
    const second = rig.openClient(ws_url);
    second.sendToken(token);
    rig.clock.advanceMs(200);
    expect(ending(second)).toBe('AUTH_FAILED 4003');
    expect(rig.verdicts).toEqual(['C-02 fatal', 'C-14 fatal']);
    expect(first.closes).toEqual([]);
  });

  test('used twice with tokenReuse "record": it passes, and both rules are recorded', () => {
    const rig = createRig({ voiceApi: { tokenReuse: 'record' } });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    for (let i = 0; i < 2; i++) {
      const client = rig.openClient(ws_url);
      client.sendToken(token);
      rig.clock.advanceMs(200);
      expect(client.types).toEqual(['connected', 'agent_ready']);
    }
    expect(rig.verdicts).toEqual(['C-02 fatal', 'C-14 fatal']);
  });

  test('five minutes count from the issue, not from the connection', () => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    rig.clock.advanceMs(299_000);
    const client = rig.openClient(ws_url);
    rig.clock.advanceMs(2000);
    client.sendToken(token);
    rig.clock.advanceMs(100);
    expect(ending(client)).toBe('AUTH_FAILED 4003');
    expect(rig.record.violations[0]?.detail).toMatch(/^the token is 30100\d ms old, wanted ≤ 300000 ms$/);
  });

  test('a token that was never issued', () => {
    const rig = createRig();
    const client = rig.openClient();
    client.sendToken('made-up');
    rig.clock.advanceMs(100);
    expect(ending(client)).toBe('AUTH_FAILED 4003');
    expect(rig.verdicts).toEqual(['C-02 fatal']);
  });
});

describe('C-03, the URL', () => {
  const verdictsFor = (change: (url: string, token: string) => string, subprotocols: string[] = []): string[] => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(change(ws_url, token), subprotocols);
    if (subprotocols.length === 0) client.sendToken(token);
    rig.clock.advanceMs(200);
    if (subprotocols.length === 0) expect(client.types).toEqual(['connected', 'agent_ready']);
    return rig.record.violations.filter(({ ruleId }) => ruleId === 'C-03').map(({ detail }) => detail);
  };

  test('verbatim: nothing', () => {
    expect(verdictsFor((url) => url)).toEqual([]);
  });

  test.each([
    [
      'without the query',
      (url: string) => url.replace(/\?.*/, ''),
      ['the path or query is not that of a ws_url we gave'],
    ],
    ['with another ticket', (url: string) => `${url}x`, ['the path or query is not that of a ws_url we gave']],
    ['with a parameter more', (url: string) => `${url}&v=1`, ['the path or query is not that of a ws_url we gave']],
    ['without the port', (url: string) => url.replace(':80', ''), ['the host or port is not that of the ws_url']],
    [
      'with the token in it',
      (url: string, token: string) => `${url}&auth=${token}`,
      ['the path or query is not that of a ws_url we gave', 'a token in the URL'],
    ],
  ])('%s: strict, and the session goes on', (_name, change, details) => {
    expect(verdictsFor(change)).toEqual(details);
  });

  test('a subprotocol is strict, and fails in the client, since none is echoed', () => {
    expect(verdictsFor((url) => url, ['voice'])).toEqual(['1 subprotocols, wanted none']);
  });

  test("another connection's ws_url is strict", () => {
    const rig = createRig();
    const other = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(rig.network.issueVoiceApiCredentials().ws_url);
    client.sendToken(other.token);
    rig.clock.advanceMs(100);
    expect(rig.record.violations.map(({ detail }) => detail)).toEqual(['the token belongs to another ws_url']);
  });
});

describe('C-04 and C-05, the first message', () => {
  test('nothing for 10 s: AUTH_TIMEOUT, 4001, at 10,000 ms and not before', () => {
    const rig = createRig();
    const client = rig.openClient();
    const openedAtMs = client.openedAtMs ?? 0;
    rig.clock.advanceTo(openedAtMs + 9999);
    expect(client.closes).toEqual([]);
    rig.clock.advanceTo(openedAtMs + 10_001);
    expect(ending(client)).toBe('AUTH_TIMEOUT 4001');
    expect(client.closes[0]).toMatchObject({ reason: 'AUTH_TIMEOUT', wasClean: true });
    expect(rig.verdicts).toEqual(['C-04 fatal']);
  });

  test.each([
    ['not JSON', 'hello'],
    ['an array', '[]'],
    ['no token', '{"type":"auth"}'],
    ['a number for a token', '{"token":5}'],
    ['an empty text', ''],
    ['audio', zeros],
    ['JSON in a binary message', new TextEncoder().encode('{"token":"x"}')],
  ])('%s: INVALID_AUTH, 4002', (_name, message) => {
    const rig = createRig();
    const client = rig.openClient();
    client.send(message);
    rig.clock.advanceMs(100);
    expect(ending(client)).toBe('INVALID_AUTH 4002');
    expect(rig.verdicts).toEqual(['C-05 fatal']);
  });

  test('a field besides the token is a note', () => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(ws_url);
    client.send(JSON.stringify({ type: 'auth', token }));
    rig.clock.advanceMs(200);
    expect(client.types).toEqual(['connected', 'agent_ready']);
    expect(rig.verdicts).toEqual(['C-05 note']);
  });
});

describe('C-06 and C-07, messages out of place', () => {
  test('audio between the token and connected is strict and not heard', () => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(ws_url);
    client.sendToken(token);
    client.send(zeros);
    rig.clock.advanceMs(200);
    expect(client.types).toEqual(['connected', 'agent_ready']);
    expect(rig.verdicts).toEqual(['C-06 strict']);
    expect(rig.record.counters.audioSamplesIn).toBe(0);
  });

  test('with earlyMessages "refuse" it is INVALID_AUTH, 4002', () => {
    const rig = createRig({ voiceApi: { earlyMessages: 'refuse' } });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(ws_url);
    client.sendToken(token);
    client.send(zeros);
    rig.clock.advanceMs(200);
    expect(ending(client)).toBe('INVALID_AUTH 4002');
  });

  test('a second text message is strict, whatever it says, and the session goes on', () => {
    const rig = createRig();
    const client = rig.connectClient();
    for (const text of ['{"token":"again"}', 'ping', '{"type":"interrupt"}']) client.send(text);
    rig.clock.advanceMs(200);
    expect(rig.verdicts).toEqual(['C-07 strict', 'C-07 strict', 'C-07 strict']);
    expect(client.closes).toEqual([]);
    expect(JSON.stringify(rig.sandbox.ledger)).not.toContain('again');
  });
});

describe('C-08 and C-11, lengths', () => {
  test.each([0, 1, 639, 641, 1280, 4096, 65_536])('%i bytes are fatal, and not heard', (length) => {
    const rig = createRig();
    const client = rig.connectClient();
    client.send(new Uint8Array(length));
    client.send(zeros);
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(['C-08 fatal']);
    expect(rig.record.violations[0]?.frameIndex).toBe(1);
    expect(rig.record.counters.audioSamplesIn).toBe(320);
    expect(client.closes).toEqual([]);
  });

  test('blocks of 8192 bytes every 256 ms, as the vendor’s own sample code sends: strict, heard, and no close', () => {
    const rig = createRig();
    const client = rig.connectClient();
    const said = Int16Array.from({ length: 4096 * 20 }, (_, i) => Math.round(6000 * Math.sin(i / (9 + i / 9000))));
    for (let at = 0; at < said.length; at += 4096) {
      client.send(new Uint8Array(said.slice(at, at + 4096).buffer));
      rig.clock.advanceMs(256);
    }
    expect(rig.record.receivedPcm()).toEqual(said);
    expect(rig.verdicts.filter((verdict) => verdict.startsWith('C-08'))).toEqual(Array(20).fill('C-08 strict'));
    expect(rig.verdicts.filter((verdict) => verdict.endsWith('fatal') || verdict === 'C-09 strict')).toEqual([]);
    expect(client.closes).toEqual([]);
  });

  test('under policy record, all that holds whole samples is heard', () => {
    const rig = createRig({ policy: 'record' });
    const client = rig.connectClient();
    for (const length of [0, 1, 639, 642, 1280]) client.send(new Uint8Array(length));
    rig.clock.advanceMs(10);
    expect(rig.verdicts.filter((verdict) => verdict.startsWith('C-08'))).toEqual(Array(5).fill('C-08 fatal'));
    expect(rig.record.counters.audioSamplesIn).toBe(321 + 640);
  });

  test('the buffer behind a view, sent twice, is C-11 as well', () => {
    const rig = createRig();
    const client = rig.connectClient();
    const ring = Uint8Array.from({ length: 6400 }, (_, i) => (i * 7) % 251);
    client.send(ring);
    ring.fill(1, 640, 1280);
    client.send(ring);
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(['C-08 fatal', 'C-08 fatal', 'C-11 fatal']);
  });

  test('65,537 bytes close the socket with 1009, before the token too', () => {
    const rig = createRig();
    for (const client of [rig.openClient(), rig.connectClient()]) {
      client.send(new Uint8Array(65_537));
      rig.clock.advanceMs(10);
      expect(client.closes[0]?.code).toBe(1009);
    }
    expect(rig.verdicts).toEqual(['C-11 fatal']);
  });

  test('under policy record, 4 MiB are recorded and close nothing, one byte more is 1009', () => {
    const rig = createRig({ policy: 'record' });
    const client = rig.connectClient();
    for (const sizeBytes of [100_000, 4_194_304]) client.send(new Uint8Array(sizeBytes));
    rig.clock.advanceMs(10);
    expect([rig.verdicts, client.closes]).toEqual([['C-11 fatal', 'C-11 fatal'], []]);
    client.send(new Uint8Array(4_194_305));
    rig.clock.advanceMs(10);
    expect(client.closes).toMatchObject([{ code: 1009 }]);
  });
});

describe('C-09 and C-10, audio', () => {
  test('speech, 20 s of zeros while muted, and speech again, at 50 frames/s: nothing to report', () => {
    const rig = createRig();
    const client = rig.connectClient();
    client.speak(makeUserSpeech(3000));
    client.keepSilent(20_000);
    client.speak(makeUserSpeech(3000));
    client.close();
    rig.clock.advanceMs(100);
    expect(rig.verdicts).toEqual([]);
    expect(rig.record.receivedPcm().length).toBe(26_000 * 16);
  });

  test('a client that stops sending while muted is strict', () => {
    const rig = createRig();
    const client = rig.connectClient();
    client.keepSilent(2000);
    rig.clock.advanceMs(3000);
    client.keepSilent(1000);
    expect(rig.verdicts).toEqual(['C-09 strict']);
  });

  test('a client that falls silent 600 ms before it closes is strict', () => {
    const rig = createRig();
    const client = rig.connectClient();
    client.keepSilent(1000);
    rig.clock.advanceMs(600);
    client.close();
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(['C-09 strict']);
  });

  test('big-endian speech is T-03, and the agent is given it all the same', () => {
    const rig = createRig();
    const client = rig.connectClient();
    const swapped = makeUserSpeech(2000).map((sample) => ((sample & 0xff) << 8) | ((sample >> 8) & 0xff));
    client.speak(swapped);
    expect(rig.verdicts).toEqual(['T-03 fatal', 'T-03 fatal']);
    expect(rig.record.receivedPcm()).toEqual(swapped);
  });
});

describe('C-12, a session that cannot be set up', () => {
  test('SESSION_SETUP_FAILED, 4500; the same token again is C-14, a new one is right', () => {
    const rig = createRig();
    const { token, ws_url } = rig.network.issueVoiceApiCredentials(['setup-failed']);
    for (const wanted of ['SESSION_SETUP_FAILED 4500', 'AUTH_FAILED 4003']) {
      const client = rig.openClient(ws_url);
      client.sendToken(token);
      rig.clock.advanceMs(200);
      expect(ending(client)).toBe(wanted);
    }
    expect(rig.verdicts).toContain('C-14 fatal');
    expect(rig.connectClient().types).toEqual(['connected']);
  });
});

describe('C-13 and C-15, the end', () => {
  test('frames within 1 s of session_ended were on their way; later ones are strict, and so is not closing for 5 s', () => {
    const rig = createRig();
    const { token, ws_url } = JSON.parse(
      rig.network.request({
        url: `${TOKEN_PATH}?fault=session-ended&delayMs=100&closeAfterMs=-1`,
        headers: bearer('demo-key'),
      }).body,
    ) as { token: string; ws_url: string };
    const client = rig.openClient(ws_url);
    client.sendToken(token);
    rig.clock.advanceMs(20 + 100 + 100);
    expect(client.types.at(-1)).toBe('session_ended');
    client.keepSilent(1000);
    expect(rig.verdicts).toEqual([]);
    client.keepSilent(60);
    expect(rig.verdicts).toEqual(['C-15 strict', 'C-15 strict']);
    rig.clock.advanceMs(3000);
    expect(client.closes).toEqual([]);
    rig.clock.advanceMs(1000);
    expect(rig.verdicts.slice(2)).toEqual(['C-13 strict']);
    expect(client.closes[0]).toMatchObject({ code: 1006, wasClean: false });
  });

  test.each([
    [1000, []],
    [1001, ['C-15 note']],
    [1005, ['C-15 strict']],
    [3000, ['C-15 strict']],
  ])('a client that closes with %i: %j', (code, verdicts) => {
    const rig = createRig();
    rig.connectClient().close(code);
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(verdicts);
    expect(rig.record.close?.code).toBe(code);
    expect(rig.record.state).toBe('closed');
  });

  test('the echo of our own close is no breach', () => {
    const rig = createRig();
    const client = rig.openClient();
    client.sendToken('made-up');
    rig.clock.advanceMs(10);
    expect(rig.record.close?.code).toBe(4003);
    expect(rig.verdicts).toEqual(['C-02 fatal']);
  });

  test('a client that sends nothing for 120 s is let go politely', () => {
    const rig = createRig();
    const client = rig.connectClient();
    client.keepSilent(1000);
    rig.clock.advanceMs(119_000);
    expect(client.closes).toEqual([]);
    rig.clock.advanceMs(2000);
    expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"session_closed"}');
    expect(client.closes[0]?.code).toBe(1000);
  });
});

describe('order and frames', () => {
  test('connected comes 20 ms after the token, agent_ready 100 ms later, both set by option', () => {
    for (const [connectedDelayMs, agentReadyDelayMs] of [
      [20, 100],
      [9000, 1],
    ] as const) {
      const rig = createRig({ voiceApi: { connectedDelayMs, agentReadyDelayMs } });
      const { token, ws_url } = rig.network.issueVoiceApiCredentials();
      const client = rig.openClient(ws_url);
      const sentAtMs = rig.clock.nowMs();
      client.sendToken(token);
      rig.clock.advanceMs(10_000);
      expect(client.types).toEqual(['connected', 'agent_ready']);
      const times = client.received.map(({ atMs }) => atMs - sentAtMs);
      expect(times).toEqual([connectedDelayMs, connectedDelayMs + agentReadyDelayMs]);
    }
  });

  test('the ledger names every frame with its state before and after', () => {
    const rig = createRig();
    const client = rig.connectClient();
    client.send(frameOf(Int16Array.of(1, 2, 3)));
    rig.clock.advanceMs(200);
    expect(
      rig.record.frames.map((f) => [f.direction, f.opcode, f.sizeBytes, f.type, f.stateBefore, f.stateAfter]),
    ).toEqual([
      ['in', 'text', 44, 'auth', 'authenticating', 'setting_up'],
      ['out', 'text', 20, 'connected', 'setting_up', 'connected'],
      ['in', 'binary', 640, 'audio', 'connected', 'connected'],
      ['out', 'text', 22, 'agent_ready', 'connected', 'agent_ready'],
    ]);
  });

  test('the ledger lists the message before the error that it gets', () => {
    const rig = createRig();
    rig.openClient(rig.network.issueVoiceApiCredentials().ws_url).send('zz');
    rig.clock.advanceMs(10);
    expect(rig.record.frames.map((f) => [f.direction, f.type, f.stateBefore, f.stateAfter])).toEqual([
      ['in', 'malformed', 'authenticating', 'closing'],
      ['out', 'error', 'authenticating', 'closing'],
    ]);
  });

  test('the ledger says where session_ended leads to', () => {
    const rig = createRig();
    rig.connectClient();
    rig.clock.advanceMs(1000);
    rig.sandbox.close();
    expect(rig.record.frames.at(-1)).toMatchObject({
      type: 'session_ended',
      stateBefore: 'agent_ready',
      stateAfter: 'ended',
    });
  });
});
