import { assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { VOICE_API_FAULTS, speaker } from '../src/core.ts';
import type { VoiceApiFaultName, SandboxBehaviour } from '../src/core.ts';
import type { Rig } from './support/rig.ts';
import { createRig } from './support/rig.ts';
import type { TestClient } from './support/testClient.ts';

const LINE = Int16Array.from({ length: 320 * 50 }, (_, i) => Math.round(8000 * Math.sin(i / 7)));
const talking: SandboxBehaviour = { agent: speaker({ lines: [{ text: 'a tone of 1 s', pcm: LINE }] }) };

/** A session with the faults, 5 s after its token was sent. */
function run(
  faults: readonly VoiceApiFaultName[],
  behaviour: SandboxBehaviour = talking,
): { rig: Rig; client: TestClient } {
  const rig = createRig(behaviour);
  const client = rig.connectClient(faults);
  rig.clock.advanceMs(5000);
  return { rig, client };
}

const tested = new Set<string>();
/** Notes that a fault has a test, and returns its name; the last test of this file checks that none is left out. */
function covering(name: VoiceApiFaultName): VoiceApiFaultName {
  tested.add(name);
  return name;
}

describe('without a fault', () => {
  test('connected, agent_ready, 50 frames of 640 bytes at 20 ms, and nothing else', () => {
    const { client, rig } = run([]);
    expect(client.types).toEqual(['connected', 'agent_ready']);
    expect(client.audio.map(({ bytes }) => bytes.length)).toEqual(Array(50).fill(640));
    const startMs = client.audio[0]?.atMs ?? 0;
    expect(client.audio.map(({ atMs }) => atMs - startMs)).toEqual(Array.from({ length: 50 }, (_, i) => i * 20));
    assertSameSamples('heard', client.heardPcm, LINE);
    assertSameSamples('recorded', rig.record.sentPcm(), LINE);
  });
});

describe('on the token endpoint', () => {
  const post = (query: string) => {
    const rig = createRig();
    return rig.network.request({ url: `/api/v1/sdk/token?${query}`, headers: { authorization: 'Bearer demo-key' } });
  };

  test(`${covering('token-error')}: 500`, () => {
    expect(post('fault=token-error').status).toBe(500);
  });

  test(`${covering('token-limited')}: 429, come back in 2 s or later`, () => {
    expect(post('fault=token-limited')).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect(post('fault=token-limited&delayMs=4001').headers['retry-after']).toBe('5');
  });

  test(`${covering('token-malformed')}: 200 and no JSON`, () => {
    const response = post('fault=token-malformed');
    expect(response.status).toBe(200);
    expect(() => JSON.parse(response.body) as unknown).toThrow(SyntaxError);
  });

  test(`${covering('token-expired')}: a token that is refused at once, 5 minutes before its time`, () => {
    const { client, rig } = run(['token-expired']);
    expect(client.closes).toMatchObject([{ code: 4003, reason: 'AUTH_FAILED' }]);
    expect(rig.record.violations[0]?.detail).toMatch(/the token is 3000\d\d ms old/);
  });

  test.each([
    [covering('ws-url-unknown-host'), 'ws://nowhere.invalid/api/v1/sdk/ws?'],
    [covering('ws-url-refused'), 'ws://localhost:1/api/v1/sdk/ws?'],
    [covering('ws-url-tls'), 'wss://localhost:80/api/v1/sdk/ws?'],
  ])('%s: %s, where no connection comes about', (fault, start) => {
    const rig = createRig();
    const { ws_url } = rig.network.issueVoiceApiCredentials([fault]);
    expect(ws_url.startsWith(start)).toBe(true);
    expect(rig.openClient(ws_url).closes).toMatchObject([{ code: 1006 }]);
  });

  test('an unknown fault is 400 and says which there are', () => {
    const response = post('fault=nope');
    expect(response.status).toBe(400);
    expect(response.body).toContain('never-connected');
  });

  test('a fault of the whole sandbox needs no query', () => {
    const rig = createRig({ voiceApi: { faults: ['token-error'] } });
    const headers = { authorization: 'Bearer demo-key' };
    expect(rig.network.request({ url: '/api/v1/sdk/token', headers }).status).toBe(500);
  });
});

describe('before agent_ready', () => {
  test(`${covering('upgrade-refused')}: 1006 and no open`, () => {
    const rig = createRig();
    const client = rig.openClient(rig.network.issueVoiceApiCredentials(['upgrade-refused']).ws_url);
    expect(client.openedAtMs).toBeUndefined();
    expect(client.closes).toMatchObject([{ code: 1006, wasClean: false }]);
    expect(rig.sandbox.ledger.connectionCount).toBe(0);
  });

  test(`${covering('auth-failed')}: a good token is refused`, () => {
    const { client } = run(['auth-failed']);
    expect(client.texts).toEqual(['{"type":"error","code":"AUTH_FAILED","message":"Invalid or expired token"}']);
    expect(client.closes[0]?.code).toBe(4003);
  });

  test(`${covering('never-connected')}: silence, until the client gives up`, () => {
    const { client, rig } = run(['never-connected']);
    rig.clock.advanceMs(100_000);
    expect([client.received, client.closes]).toEqual([[], []]);
  });

  test(`${covering('late-connected')}: 3 s after the token`, () => {
    const rig = createRig(talking);
    const client = rig.connectClient(['late-connected']);
    rig.clock.advanceMs(2979);
    expect(client.types).toEqual([]);
    rig.clock.advanceMs(1);
    expect(client.types).toEqual(['connected']);
  });

  test(`${covering('setup-failed')}: no connected`, () => {
    const { client } = run(['setup-failed']);
    expect(client.types).toEqual(['error']);
    expect(client.closes[0]).toMatchObject({ code: 4500, reason: 'SESSION_SETUP_FAILED' });
  });

  test(`${covering('never-ready')}: the agent speaks all the same`, () => {
    const { client } = run(['never-ready']);
    expect(client.types).toEqual(['connected']);
    expect(client.audio.length).toBe(50);
  });

  test(`${covering('late-ready')}: 3 s after connected`, () => {
    const { client } = run(['late-ready']);
    const [connected, ready] = client.received;
    expect((ready?.atMs ?? 0) - (connected?.atMs ?? 0)).toBe(3000);
    expect(client.audio.length).toBe(50);
  });

  test(`${covering('ready-twice')}: two agent_ready in a row`, () => {
    expect(run(['ready-twice']).client.types).toEqual(['connected', 'agent_ready', 'agent_ready']);
  });

  test(`${covering('ready-after-audio')}: one frame comes first`, () => {
    const kinds = run(['ready-after-audio']).client.received.map(({ data }) => typeof data);
    expect(kinds.slice(0, 4)).toEqual(['string', 'object', 'string', 'object']);
  });
});

describe('in the session', () => {
  test(`${covering('non-json-text')}: between two halves of audio, which goes on`, () => {
    const { client } = run(['non-json-text']);
    expect(client.texts.at(-1)).toBe('this is not JSON');
    assertSameSamples('heard', client.heardPcm, LINE);
    const at = client.received.findIndex(({ data }) => data === 'this is not JSON');
    expect(at).toBeGreaterThan(5);
    expect(at).toBeLessThan(45);
  });

  test(`${covering('unknown-message')}: JSON of an unknown type, and the audio goes on`, () => {
    const { client } = run(['unknown-message']);
    expect(client.types.at(-1)).toBe('weather_report');
    assertSameSamples('heard', client.heardPcm, LINE);
  });

  test(`${covering('late-error')}: an unknown code, and no close`, () => {
    const { client } = run(['late-error']);
    expect(client.types.at(-1)).toBe('error');
    expect(client.closes).toEqual([]);
  });

  test(`${covering('odd-frames')}: 639 and 641 bytes in turn are the same stream`, () => {
    const { client } = run(['odd-frames']);
    expect(new Set(client.audio.map(({ bytes }) => bytes.length))).toEqual(new Set([639, 641]));
    assertSameSamples('heard', client.heardPcm, LINE);
  });

  test.each([
    [320, 100, 320],
    [1, 32_000, 1],
    [641, 50, 591],
    [64_000, 1, 32_000],
  ])('odd-frames of %i bytes: %i messages, the last of %i, and nothing is lost', (sizeBytes, count, lastBytes) => {
    const { client } = run([], { ...talking, voiceApi: { faults: [{ name: 'odd-frames', sizeBytes }] } });
    const lengths = client.audio.map(({ bytes }) => bytes.length);
    expect(lengths).toEqual([...Array<number>(count - 1).fill(sizeBytes), lastBytes]);
    assertSameSamples('heard', client.heardPcm, LINE);
  });

  test('odd-frames of 64,000 bytes: what a session ends before it is full is sent first', () => {
    const faults = [
      { name: 'odd-frames', sizeBytes: 64_000 },
      { name: 'session-ended', delayMs: 500 },
    ] as const;
    const { client } = run([], { ...talking, voiceApi: { faults } });
    expect(client.audio.map(({ bytes }) => bytes.length)).toEqual([16_000]);
    expect(client.types.at(-1)).toBe('session_ended');
  });

  test(`${covering('empty-frames')}: an empty message before each of 50`, () => {
    const { client } = run(['empty-frames']);
    expect(client.audio.map(({ bytes }) => bytes.length)).toEqual(Array(50).fill([0, 640]).flat());
  });

  test(`${covering('burst')}: 1 s of speech within 11 ms`, () => {
    const { client } = run(['burst']);
    const times = client.audio.map(({ atMs }) => atMs);
    expect(times.length).toBe(50);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(11);
  });

  test(`${covering('slow')}: 0.9 times real time, 50 frames in 1.09 s`, () => {
    const times = run(['slow']).client.audio.map(({ atMs }) => atMs);
    expect(times.length).toBe(50);
    expect(Math.round(Math.max(...times) - Math.min(...times))).toBe(1089);
  });

  test(`${covering('shutdown')}: said, and 500 ms later done`, () => {
    const { client } = run(['shutdown']);
    const ended = client.received.at(-1);
    expect(ended?.data).toBe('{"type":"session_ended","reason":"server_shutdown"}');
    expect(client.closes).toMatchObject([{ code: 1012, atMs: (ended?.atMs ?? 0) + 500 }]);
  });

  test(`${covering('session-ended')}: a known reason, then close 1000`, () => {
    const { client } = run(['session-ended']);
    expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"session_closed"}');
    expect(client.closes[0]).toMatchObject({ code: 1000, wasClean: true });
  });

  test(`${covering('unknown-end-reason')}: a reason nobody documents, then close 1000`, () => {
    const { client } = run(['unknown-end-reason']);
    expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"unplugged"}');
    expect(client.closes[0]?.code).toBe(1000);
  });

  test(`${covering('dropped')}: 1006 without a word, 1 s after agent_ready`, () => {
    const { client, rig } = run(['dropped']);
    expect(client.types).toEqual(['connected', 'agent_ready']);
    expect(client.closes[0]).toMatchObject({ code: 1006, wasClean: false });
    expect((client.closes[0]?.atMs ?? 0) - (client.received[1]?.atMs ?? 0)).toBe(1000);
    expect(rig.verdicts.filter((verdict) => !verdict.startsWith('C-09'))).toEqual([]);
  });

  test('reason and time of the close can be set: 50 ms after session_ended', () => {
    const faults = [{ name: 'session-ended', reason: 'room_closed', closeAfterMs: 50, delayMs: 10 }] as const;
    const { client } = run([], { ...talking, voiceApi: { faults } });
    const ended = client.received.at(-1);
    expect(ended?.data).toBe('{"type":"session_ended","reason":"room_closed"}');
    expect((client.closes[0]?.atMs ?? 0) - (ended?.atMs ?? 0)).toBe(50);
  });
});

test('every fault has a test', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(VOICE_API_FAULTS).toSorted());
});
