import { setTimeout as sleep } from 'node:timers/promises';
import { parseSessionAnswer, parseServerMessage, sessionRequest } from '@voicewire/protocol/soca';
import type { Sentence, ServerMessage } from '@voicewire/protocol/soca';
import { assertAtLeast } from '@voicewire/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningSandbox, SocaEndpoints, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { compareWithSpeech, decodeMp3 } from '../support/mp3Decoding.ts';
import { makeUserSpeech } from '../support/rig.ts';

const running: RunningSandbox[] = [];

async function start(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ seed: 1, record: true, ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** Asks for a session, as a server would. */
async function createSession({ apiUrl, agentId, privateKey }: SocaEndpoints): Promise<string> {
  const { method, url, headers } = sessionRequest({ agentId, privateKey, apiUrl });
  const response = await fetch(url, { method, headers: { ...headers } });
  const answer = parseSessionAnswer(response.status, await response.text());
  if (!answer.ok) throw new Error(`No session: ${response.status}`);
  return answer.message.data.session_id;
}

/** A client as the vendor's sample has it: no wait for `stt.ready`, large blocks, sentences decoded once they are complete. */
class SampleClient {
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;

  constructor({ wsUrl, privateKey, agentId }: SocaEndpoints, sessionId: string) {
    this.#socket = new WebSocket(wsUrl);
    this.#socket.on('open', () => {
      const start = {
        type: 'start',
        private_key: privateKey,
        session_id: sessionId,
        agent_id: agentId,
        lang: 'en',
        sr: 16_000,
      };
      this.#socket.send(JSON.stringify(start));
    });
    this.#socket.on('message', (data: Buffer) => {
      const parsed = parseServerMessage(data.toString('utf8'));
      if (parsed.ok) this.messages.push(parsed.message);
    });
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
  }

  get sentences(): readonly Sentence[] {
    return this.messages.flatMap((message) => (message.type === 'sentence' ? [message.step] : []));
  }

  /** Texts of a sentence joined and decoded at once. */
  decode(sentenceId: number | string): Uint8Array {
    const parts = this.sentences.filter((sentence) => sentence.sentenceId === sentenceId);
    return Uint8Array.from(atob(parts.map(({ audioBase64 }) => audioBase64 ?? '').join('')), (c) => c.charCodeAt(0));
  }

  /** Blocks of 4096 samples, each when it is full. */
  async speak(pcm: Int16Array): Promise<void> {
    for (let at = 0; at + 4096 <= pcm.length; at += 4096) {
      await sleep(256);
      this.#socket.send(new Uint8Array(pcm.slice(at, at + 4096).buffer));
    }
  }

  async waitFor(type: ServerMessage['type'], count = 1): Promise<void> {
    while (this.messages.filter((message) => message.type === type).length < count) await sleep(10);
  }

  close(): void {
    this.#socket.close(1000);
  }
}

describe('Soca over real sockets', () => {
  test('the vendor’s sample client talks with the agent: a transcript, an answer that decodes to what was said, and a clean end', async () => {
    const { endpoints, ledger } = await start();
    const client = new SampleClient(endpoints.soca, await createSession(endpoints.soca));
    await client.waitFor('stt.ready');
    await client.waitFor('sentence', 5);
    const pcm = new Int16Array(4096 * 18);
    pcm.set(makeUserSpeech(1500), 4096 * 2);
    await client.speak(pcm);
    await client.waitFor('stt.final');
    const greeting = client.sentences[0]?.sentenceId ?? 0;
    const decoded = await decodeMp3(client.decode(greeting));
    const record = ledger.connections[0];
    const said = record?.sentPcm().subarray(0, Math.round((decoded.pcm.length / 22_050) * 16_000)) ?? new Int16Array(0);
    assertAtLeast('correlation', compareWithSpeech(decoded, said).correlation, 0.95, '');
    client.close();
    expect(await client.closed).toBe(1000);
    const rules = new Set(record?.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`));
    expect(rules.has('D-06 strict')).toBe(true);
    expect([...rules].filter((rule) => rule.endsWith('fatal'))).toEqual([]);
  });

  test('a wrong key is refused with the documented text, and the socket closes', async () => {
    const { endpoints } = await start();
    const client = new SampleClient({ ...endpoints.soca, privateKey: 'wrong' }, 'a-session');
    expect(await client.closed).toBe(1008);
    expect(client.messages).toEqual([{ type: 'error', message: 'Invalid or expired token' }]);
  });

  test('closing the sandbox closes every session with 1012', async () => {
    const sandbox = await start();
    const client = new SampleClient(sandbox.endpoints.soca, 'a-session');
    await client.waitFor('stt.ready');
    await sandbox.close();
    expect(await client.closed).toBe(1012);
  });
});
