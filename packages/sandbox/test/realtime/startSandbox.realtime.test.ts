import { assertAtLeast, assertAtMost, measureRmsDb } from '@voicewire/testkit';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FrameRecord, RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { makeUserSpeech } from '../support/rig.ts';
import { openDeafSocket, statusOf } from './rawRequest.ts';
import { WebSocketClient, fetchCredentials, sleep } from './webSocketClient.ts';

const running: RunningSandbox[] = [];

async function start(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ seed: 1, record: true, ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** Position at which `part` begins in `whole`, sample by sample; -1 when it is not there. */
function findExact(whole: Int16Array, part: Int16Array): number {
  const bytes = (pcm: Int16Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return bytes(whole).indexOf(bytes(part)) / 2;
}

describe('GET /ledger over real HTTP', () => {
  test('is the ledger, written piece by piece; to HEAD it has no body', async () => {
    const { url, endpoints, ledger } = await start();
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('connected');
    for (let i = 0; i < 3000; i++) client.send(new Uint8Array(640));
    await expect.poll(() => ledger.connections[0]?.counters.framesIn).toBe(3001);
    client.close();
    await client.closed;
    await expect.poll(() => ledger.connections[0]?.close?.code).toBe(1000);
    const answer = await fetch(`${url}ledger`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(ledger)));
    const head = await fetch(`${url}ledger`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('a session over real sockets', () => {
  test('token, connected, agent_ready, and a greeting that is heard as it was sent, in real time', async () => {
    const { endpoints, ledger } = await start();
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('agent_ready');
    await client.speak(new Int16Array(3000 * 16));
    client.close();
    expect((await client.closed).code).toBe(1000);
    await sleep(50);
    const record = ledger.connections[0];
    const sent = record?.sentPcm() ?? new Int16Array(0);
    expect(findExact(sent, client.heardPcm)).toBe(0);
    assertAtLeast('level', measureRmsDb(Float32Array.from(client.heardPcm, (x) => x / 32_768)), -30, 'dB');
    // In the 3 s that this client spoke; sent at once, the whole greeting would be twice as long.
    assertAtLeast('speech', client.heardPcm.length / 16, 1000, 'ms');
    assertAtMost('speech', client.heardPcm.length / 16, 4000, 'ms');
    expect(client.extensions).toBe('');
    expect(record?.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(record?.counters.audioSamplesIn).toBe(48_000);
  });

  test('what the user said comes back from the echo agent sample by sample', async () => {
    const { endpoints, ledger } = await start({ agent: 'echo' });
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('connected');
    const speech = makeUserSpeech(1500);
    const spoken = new Int16Array(16_000 * 5);
    spoken.set(speech, 8000);
    await client.speak(spoken);
    await sleep(200);
    expect(findExact(ledger.connections[0]?.receivedPcm() ?? new Int16Array(0), spoken)).toBe(0);
    const [utterance] = ledger.connections[0]?.utterances ?? [];
    const wanted = spoken.slice((utterance?.startSample ?? 0) - 3200, (utterance?.endSample ?? 0) + 3200);
    assertAtLeast('utterance', wanted.length, 1500 * 16, 'samples');
    expect(findExact(client.heardPcm, wanted)).toBe(0);
  });

  test('agent speech is paced, not sent at once, and 200 frames later it has not drifted from its schedule', async () => {
    const { endpoints, ledger } = await start({ agent: 'speaker' });
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('agent_ready');
    await sleep(4000);
    const isAudio = ({ type, direction }: FrameRecord): boolean => type === 'audio' && direction === 'out';
    const times = (ledger.connections[0]?.frames ?? []).filter(isAudio).map(({ atMs }) => atMs);
    // The frame that was sent soonest after it was due shows where the schedule lies.
    const offsetsMs = times.map((atMs, i) => atMs - i * 20);
    const earliestMs = Math.min(...offsetsMs);
    const lateMs = offsetsMs.map((offsetMs) => offsetMs - earliestMs);
    assertAtLeast('frames', times.length, 190, 'frames');
    assertAtMost('frames', times.length, 260, 'frames');
    // Half a millisecond a frame, either way, would show; how late single frames are is the machine's business.
    assertAtMost('drift', Math.abs(Math.min(...lateMs.slice(-50)) - Math.min(...lateMs.slice(0, 50))), 100, 'ms');
  });
});

async function waitUntil(isDone: () => boolean, maxMs: number): Promise<void> {
  const deadlineMs = performance.now() + maxMs;
  while (!isDone() && performance.now() < deadlineMs) await sleep(100);
}

describe('strangers', () => {
  test('of 400 connections that ask for nothing some are dropped at once, the others after 10 s; requests are answered', async () => {
    const { url } = await start({ maxConnections: 10 });
    const { port } = new URL(url);
    let closedCount = 0;
    const sockets = Array.from({ length: 400 }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).on('close', () => (closedCount += 1));
      socket.resume().write('GET / HTTP/1.1\r\nHost: ');
      return socket;
    });
    await sleep(1000);
    expect(closedCount).toBe(400 - (10 + 256));
    await waitUntil(() => closedCount === 400, 20_000);
    expect(closedCount).toBe(400);
    expect((await fetch(url)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('HTTP', () => {
  test('a browser page on localhost gets its token across origins', async () => {
    const { endpoints } = await start();
    const headers = { authorization: 'Bearer demo-key', origin: 'http://localhost:5173' };
    const response = await fetch(endpoints.voiceApi.tokenUrl, { method: 'POST', headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    const { ws_url } = (await response.json()) as { ws_url: string };
    expect(ws_url.startsWith(`${endpoints.voiceApi.wsUrl}?`)).toBe(true);
  });

  test('status page, ledger, 404, and a body of 1 MB that is cut off with 413 or a reset', async () => {
    const { url, endpoints } = await start();
    expect(await (await fetch(url)).text()).toContain('<title>Voicewire sandbox</title>');
    expect(await (await fetch(`${url}ledger`)).json()).toMatchObject({ connections: [] });
    expect((await fetch(`${url}nothing`)).status).toBe(404);
    const body = new Uint8Array(1_000_000);
    const status = await fetch(endpoints.voiceApi.tokenUrl, { method: 'POST', body }).then(
      (response) => response.status,
      () => 'reset',
    );
    expect([413, 'reset']).toContain(status);
  });

  test('a port that is taken is port-busy, and says which', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const error: unknown = await startSandbox({ port }).catch((reason: unknown) => reason);
    blocker.close();
    expect(error).toMatchObject({ name: 'SandboxError', code: 'port-busy', details: { port } });
  });

  test('an address that is not ours is listen-failed', async () => {
    await expect(startSandbox({ host: '203.0.113.1' })).rejects.toMatchObject({ code: 'listen-failed' });
  });
});

describe('hostile sockets', () => {
  test('an upgrade from a foreign page, to a foreign Host, or to a foreign path is refused before it opens', async () => {
    const { url, endpoints } = await start();
    const { ws_url } = await fetchCredentials(endpoints.voiceApi);
    const path = ws_url.slice(ws_url.indexOf('/api'));
    expect(await statusOf(url, path, { ...UPGRADE, origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(url, path, { ...UPGRADE, host: 'evil.example' })).toBe(421);
    expect(await statusOf(url, '/elsewhere', UPGRADE)).toBe(404);
    expect(await statusOf(url, path, { ...UPGRADE, 'sec-websocket-version': '1' })).toBe(400);
    expect(await statusOf(url, path, UPGRADE)).toBe(101);
  });

  test('65,537 bytes close with 1009; an unmasked frame is closed too; both are recorded, the server lives', async () => {
    const { endpoints, ledger } = await start();
    const big = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await big.waitFor('connected');
    big.writeRaw(maskedFrame(65_537));
    expect((await big.closed).code).toBe(1009);
    const unmasked = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await unmasked.waitFor('connected');
    unmasked.writeRaw(Uint8Array.of(0x82, 0x01, 0x00));
    expect((await unmasked.closed).code).toBe(1002);
    await sleep(50);
    expect(ledger.connections.map(({ state }) => state)).toEqual(['closed', 'closed']);
    expect(ledger.connections[0]?.violations.map(({ ruleId }) => ruleId)).toContain('C-11');
    const next = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await next.waitFor('agent_ready');
  });

  test('under policy record a message of 100,000 bytes is recorded, and the session goes on', async () => {
    const { endpoints, ledger } = await start({ policy: 'record' });
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('connected');
    client.writeRaw(Buffer.concat([maskedFrame(100_000), Buffer.alloc(100_000)]));
    await client.waitFor('agent_ready');
    await sleep(50);
    const [connection] = ledger.connections;
    expect(connection?.state).toBe('agent_ready');
    expect(connection?.violations.map(({ ruleId }) => ruleId)).toContain('C-11');
  });

  test('a client that vanishes is noted, and its session is over', async () => {
    const { endpoints, ledger } = await start();
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('agent_ready');
    client.terminate();
    await sleep(100);
    expect(ledger.connections[0]).toMatchObject({ state: 'closed', close: { code: 1006 } });
  });
});

describe('close', () => {
  test('tells every client server_shutdown and 1012, and resolves even when one does not answer', async () => {
    const sandbox = await start();
    const polite = new WebSocketClient(await fetchCredentials(sandbox.endpoints.voiceApi));
    await polite.waitFor('agent_ready');
    const { ws_url } = await fetchCredentials(sandbox.endpoints.voiceApi);
    const deaf = await openDeafSocket(sandbox.url, ws_url.slice(ws_url.indexOf('/api')), UPGRADE);
    await Promise.all([sandbox.close(), sandbox.close()]);
    expect(polite.texts.at(-1)).toBe('{"type":"session_ended","reason":"server_shutdown"}');
    expect((await polite.closed).code).toBe(1012);
    await expect(fetch(sandbox.url)).rejects.toThrow();
    deaf.destroy();
  });
});

/** A masked binary frame whose header promises `length` zero bytes; the server refuses it from the header alone. */
function maskedFrame(length: number): Uint8Array {
  const frame = Buffer.alloc(14);
  frame.writeUInt8(0x82, 0);
  frame.writeUInt8(0xff, 1);
  frame.writeBigUInt64BE(BigInt(length), 2);
  return frame;
}
