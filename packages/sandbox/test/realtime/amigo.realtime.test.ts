import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { AmigoEndpoints, RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { makeUserSpeech } from '../support/rig.ts';
import { sleep } from './webSocketClient.ts';

const PREFIX = 'bearer.authorization.amigo.ai.';
const QUERY = '?response_format=voice&audio_format=pcm&current_agent_action_type=%5E%24';
const running: RunningSandbox[] = [];

async function start(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ seed: 1, record: true, ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

async function signIn({ signInUrl, apiKey, apiKeyId, userId }: AmigoEndpoints): Promise<string> {
  const headers = { 'x-api-key': apiKey, 'x-api-key-id': apiKeyId, 'x-user-id': userId };
  const response = await fetch(signInUrl, { method: 'POST', headers });
  return ((await response.json()) as { id_token: string }).id_token;
}

/** A real socket, its messages, and how it ended. */
function listen(socket: WebSocket) {
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>));
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  const waitFor = async (type: string): Promise<void> => {
    const deadlineMs = performance.now() + 15_000;
    while (!messages.some((message) => message['type'] === `server.${type}`)) {
      if (performance.now() > deadlineMs) throw new Error(`No ${type} within 15 s.`);
      await sleep(5);
    }
  };
  const send = (message: object): void => socket.send(JSON.stringify(message));
  return { socket, messages, closed, waitFor, send };
}

async function connect({ endpoints }: RunningSandbox) {
  const token = await signIn(endpoints.amigo);
  const client = listen(new WebSocket(endpoints.amigo.wsUrl + QUERY, [PREFIX + token]));
  await new Promise((resolve) => client.socket.on('open', resolve));
  expect(client.socket.protocol).toBe(PREFIX + token);
  client.send({ type: 'client.start-conversation', service_id: endpoints.amigo.serviceId });
  await client.waitFor('conversation-created');
  return client;
}

describe('Amigo over real sockets', () => {
  test('a conversation with turn detection, spoken and answered in real time, that no rule accuses', async () => {
    const sandbox = await start();
    const client = await connect(sandbox);
    await client.waitFor('interaction-complete');
    client.send({ type: 'client.switch-vad-mode', vad_mode_on: true });
    await client.waitFor('vad-mode-switched');
    const speech = new Int16Array(16 * 3500);
    speech.set(makeUserSpeech(1500), 16 * 300);
    const config = { format: 'pcm', sample_rate: 16_000, sample_width: 2, n_channels: 1, frame_rate: 16_000 };
    const startMs = performance.now();
    for (let at = 0; at < speech.length; at += 960) {
      const audio = Buffer.from(speech.slice(at, at + 960).buffer).toString('base64');
      client.send({ type: 'client.new-audio-message', audio, ...(at === 0 ? { audio_config: config } : {}) });
      await sleep(Math.max(0, startMs + (at + 960) / 16 - performance.now()));
    }
    const ended = client.messages.find((message) => message['type'] === 'server.vad-speech-ended');
    expect(ended?.['transcript']).toMatch(/^\[1\.\d s of speech\]$/);
    client.send({ type: 'client.switch-vad-mode', vad_mode_on: false });
    const silence = Buffer.alloc(1920).toString('base64');
    while (!client.messages.some((message) => message['current_vad_mode_on'] === false)) {
      client.send({ type: 'client.new-audio-message', audio: silence });
      await sleep(60);
    }
    client.send({ type: 'client.finish-conversation' });
    await client.waitFor('conversation-completed');
    client.send({ type: 'client.close-connection' });
    client.socket.close(1000);
    expect(await client.closed).toBe(1000);
    await sleep(50);
    expect(sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('a text of 1,000,000 bytes passes, one of 1,000,001 is 1009', async () => {
    const client = await connect(await start({ agent: () => ({}) }));
    const frame = { type: 'client.new-text-message', message_type: 'external-event', text: '' };
    const sizeBytes = JSON.stringify(frame).length;
    client.send({ ...frame, text: 'x'.repeat(1_000_000 - sizeBytes) });
    await sleep(200);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    client.send({ ...frame, text: 'x'.repeat(1_000_001 - sizeBytes) });
    expect(await client.closed).toBe(1009);
  });

  test('a bad token: 3000 after the upgrade, or HTTP 401', async () => {
    const close = listen(new WebSocket((await start()).endpoints.amigo.wsUrl + QUERY, [`${PREFIX}made-up`]));
    expect(await close.closed).toBe(3000);
    const { endpoints } = await start({ amigo: { refusal: 'http' } });
    const http = new WebSocket(endpoints.amigo.wsUrl + QUERY, [`${PREFIX}made-up`]);
    const status = new Promise((resolve) =>
      http.on('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    expect(await status).toBe(401);
  });

  test("the page's Node sample, which sets the subprotocol as a header, fails as it does against the vendor", async () => {
    const { endpoints } = await start();
    const headers = { 'Sec-WebSocket-Protocol': PREFIX + (await signIn(endpoints.amigo)) };
    const socket = new WebSocket(endpoints.amigo.wsUrl + QUERY, { headers });
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toBe('Server sent a subprotocol but none was requested');
  });

  test('a server that shuts down: 1012', async () => {
    const sandbox = await start({ agent: () => ({}) });
    const client = await connect(sandbox);
    void sandbox.close();
    expect(await client.closed).toBe(1012);
  });
});
