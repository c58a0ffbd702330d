import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { amigoNotes } from '@voicewire/protocol/amigo-notes';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import {
  assertAtLeast,
  createSeededRandom,
  decodeWav,
  encodeWav,
  findBestCorrelation,
  makeSpeechLike,
} from '@voicewire/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordVoiceNote, sendVoiceNote, VoiceError, wavFile, type VoiceNoteEvent } from '../../src/node/index.ts';
import { openNoteAccess, type NoteAccess } from '../noteAccess.ts';

const SPEECH = Int16Array.from(
  makeSpeechLike({ random: createSeededRandom(4), sampleRate: 16_000, durationMs: 1_000, noiseRatio: 0 }),
  (value) => Math.round(value * 32_767),
);
const NOTE = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: SPEECH });

let folder = '';
let sandbox: RunningSandbox;
let access: NoteAccess;
let server: Server | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voicewire-notes-'));
  await writeFile(join(folder, 'note.wav'), NOTE);
  sandbox = await startSandbox({ record: true, agent: 'echo', amigoNotes: { patienceMs: 500 } });
  access = await openNoteAccess(sandbox);
});
afterEach(async () => {
  server?.close();
  server = null;
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const vendorOf = (conversationId = access.conversationId, baseUrl = access.baseUrl) =>
  amigoNotes({ ...access, baseUrl, conversationId, credentials: () => ({ token: access.token }) });

async function collect(events: AsyncIterable<VoiceNoteEvent>): Promise<VoiceNoteEvent[]> {
  const all: VoiceNoteEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test('a WAV file goes up, the reply comes down into another, sample by sample, and the server finds no fault', async () => {
  const output = join(folder, 'reply.wav');
  const events = await collect(
    sendVoiceNote({ vendor: vendorOf(), audio: wavFile(join(folder, 'note.wav')), output: wavFile(output) }),
  );
  expect(events.at(-1)).toMatchObject({ type: 'noteCompleted', isConversationOver: false });
  const [exchange] = sandbox.ledger.connections.slice(-1);
  expect(exchange?.receivedPcm()).toEqual(SPEECH);
  const told = Buffer.concat(events.flatMap((event) => (event.type === 'agentAudio' ? [event.bytes] : [])));
  const said = exchange?.sentPcm() ?? new Int16Array(0);
  expect(told.equals(Buffer.from(said.buffer, said.byteOffset, said.byteLength))).toBe(true);
  const heard = decodeWav(await readFile(output));
  expect(heard.sampleRate).toBe(16_000);
  assertAtLeast('correlation', findBestCorrelation(SPEECH, heard.samples).correlation, 0.999, '');
  expect(sandbox.ledger.violations).toEqual([]);
});

test('words go up as they are, and are answered', async () => {
  const text = 'Zażółć? 😀 "Yes"\r\nand more';
  const events = await collect(sendVoiceNote({ vendor: vendorOf(), text }));
  expect(events.find(({ type }) => type === 'transcript')).toMatchObject({ text, isFinal: true });
  expect(events.at(-1)?.type).toBe('noteCompleted');
  expect(sandbox.ledger.violations).toEqual([]);
});

test('a recording is sent when it is stopped', async () => {
  const recording = recordVoiceNote({ input: wavFile(join(folder, 'note.wav')) });
  setTimeout(() => void recording.stop(), 1_200);
  const events = await collect(sendVoiceNote({ vendor: vendorOf(), audio: recording }));
  expect(events.at(-1)?.type).toBe('noteCompleted');
  const heard = sandbox.ledger.connections.at(-1)?.receivedPcm() ?? new Int16Array(0);
  assertAtLeast('correlation', findBestCorrelation(SPEECH, heard).correlation, 0.999, '');
});

test('an abort ends the request: the server sees the client leave, and the loop says so', async () => {
  const abort = new AbortController();
  const types: string[] = [];
  const run = async (): Promise<void> => {
    for await (const event of sendVoiceNote({ vendor: vendorOf(), audio: NOTE, signal: abort.signal })) {
      types.push(event.type);
      if (event.type === 'transcript') abort.abort();
    }
  };
  const error: unknown = await run().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'note-aborted' });
  expect(types).not.toContain('noteCompleted');
  await expect.poll(() => sandbox.ledger.connections.at(-1)?.close?.reason).toBe('cancelled');
});

test('a server that is not there, or sends another way, is a typed error without the token; nothing is sent twice', async () => {
  let requestCount = 0;
  server = createServer((request, response) => {
    requestCount += 1;
    request.resume();
    response.writeHead(307, { location: `${access.baseUrl}/elsewhere` }).end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const failureAt = (baseUrl: string): Promise<unknown> =>
    collect(sendVoiceNote({ vendor: vendorOf(undefined, baseUrl), audio: NOTE })).catch((thrown: unknown) => thrown);
  const redirected = await failureAt(`http://127.0.0.1:${port}`);
  expect(redirected).toMatchObject({ code: 'closed-by-server', details: { status: 307, retry: 'never' } });
  expect(requestCount).toBe(1);
  const absent = await failureAt('http://127.0.0.1:9');
  expect(absent).toMatchObject({ code: 'connect-failed', details: { retry: 'ask' } });
  for (const error of [redirected, absent]) {
    expect(error).toBeInstanceOf(VoiceError);
    const { message, stack, details, cause } = error as VoiceError;
    expect(JSON.stringify([message, stack, details, String(cause)])).not.toContain(access.token);
  }
});
