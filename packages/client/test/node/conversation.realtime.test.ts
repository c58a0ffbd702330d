import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { startSandbox, type RunningSandbox, type StartSandboxOptions } from '@voicewire/sandbox';
import { voiceApi } from '@voicewire/protocol/voice-api';
import { assertSameSamples, decodeWav, encodeWav, findBestCorrelation } from '@voicewire/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createVoiceSession,
  fetchCredentials,
  VoiceError,
  wavFile,
  type SessionEvents,
  type VoiceSession,
} from '../../src/node/index.ts';
import { arrange, speak } from '../speechFixture.ts';

const WIRE_RATE = 16_000;

let folder: string;
let sandbox: RunningSandbox | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voicewire-node-'));
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  await rm(folder, { recursive: true, force: true });
});

interface Call {
  readonly session: VoiceSession;
  readonly outputPath: string;
  readonly errors: SessionEvents['error'][];
  once<Name extends keyof SessionEvents>(name: Name): Promise<SessionEvents[Name]>;
}

/** A session whose microphone is a WAV file of `samples`. */
async function call(
  samples: Int16Array,
  options: {
    sandbox?: StartSandboxOptions;
    query?: string;
    apiKey?: string;
    sampleRate?: number;
    input?: string;
    output?: string;
  } = {},
): Promise<Call> {
  const running = await startSandbox({ record: true, ...options.sandbox });
  sandbox = running;
  const inputPath = join(folder, 'input.wav');
  const outputPath = options.output ?? join(folder, 'output.wav');
  await writeFile(inputPath, encodeWav({ sampleRate: options.sampleRate ?? WIRE_RATE, channelCount: 1, samples }));
  const { tokenUrl, apiKey } = running.endpoints.voiceApi;
  const headers = { authorization: `Bearer ${options.apiKey ?? apiKey}` };
  const session = createVoiceSession({
    vendor: voiceApi({ credentials: () => fetchCredentials(`${tokenUrl}${options.query ?? ''}`, { headers }) }),
    input: wavFile(options.input ?? inputPath),
    output: wavFile(outputPath),
  });
  const errors: SessionEvents['error'][] = [];
  session.on('error', (error) => void errors.push(error));
  return { session, outputPath, errors, once: (name) => new Promise((resolve) => session.on(name, resolve)) };
}

async function failToConnect(current: Call): Promise<VoiceError> {
  const error: unknown = await current.session.connect().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VoiceError))
    throw new Error(`connect() did not fail with a VoiceError but gave ${String(error)}.`);
  expect(current.session.status).toBe('failed');
  return error;
}

describe('a conversation in Node, in real time over real sockets', () => {
  test('a WAV file arrives sample by sample, and the recording holds what the agent sent, sample by sample', async () => {
    const script = arrange(
      [await speak('Welcome. Speak whenever you like. I answer when you stop.')],
      [600, 1_500],
      WIRE_RATE,
    );
    const current = await call(script.samples, { sandbox: { agent: 'echo' } });
    await current.session.connect();
    await current.once('agentSpeechEnded');
    await current.session.disconnect();
    const [connection] = sandbox?.ledger.connections ?? [];
    if (connection === undefined) throw new Error('The ledger has no connection.');

    const received = connection.receivedPcm();
    const stats = current.session.stats();
    expect(stats.input.framesCount).toBe(
      (stats.uplink?.passedFrames ?? 0) + (stats.uplink?.droppedBeforeOpenFrames ?? 0),
    );
    expect(connection.counters.audioSamplesIn).toBe((stats.uplink?.passedFrames ?? 0) * 320);
    const { lagSamples } = findBestCorrelation(script.samples, received);
    const heard = received.subarray(Math.max(0, lagSamples), lagSamples + script.samples.length);
    assertSameSamples('uplink', heard, script.samples.subarray(Math.max(0, -lagSamples)));

    // Silence of the call is not part of what was sent; an inserted gap on a busy machine is silence too.
    const recording = decodeWav(await readFile(current.outputPath));
    expect(recording.sampleRate).toBe(WIRE_RATE);
    const sentSpeech = connection.sentPcm().filter((value) => value !== 0);
    const recordedSpeech = recording.samples.filter((value) => value !== 0);
    expect(sentSpeech.length).toBeGreaterThan(WIRE_RATE);
    assertSameSamples('downlink', recordedSpeech, sentSpeech);
    expect(sandbox?.ledger.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
    expect(current.errors).toEqual([]);
  });

  test('the default agent greets, and hears a turn out before it answers', async () => {
    const script = arrange(
      [await speak('Welcome. Speak whenever you like. I answer when you stop.')],
      [7_000, 1_500],
      WIRE_RATE,
    );
    const current = await call(script.samples);
    await current.session.connect();
    await current.once('agentSpeechEnded');
    await current.once('agentSpeechStarted');
    await current.session.disconnect();
    expect(sandbox?.ledger.connections[0]?.utterances.length).toBeGreaterThan(0);
    expect(sandbox?.ledger.connections[0]?.lines.length).toBeGreaterThan(1);
  });
});

describe('bad input in Node: each ends in a typed error, and the process has nothing left to wait for', () => {
  const silence = new Int16Array(WIRE_RATE);

  test('a wrong key', async () => {
    expect((await failToConnect(await call(silence, { apiKey: 'wrong' }))).code).toBe('credentials-rejected');
  });

  test('a disabled key', async () => {
    expect((await failToConnect(await call(silence, { apiKey: 'disabled-key' }))).code).toBe('credentials-forbidden');
  });

  test('a dead server', async () => {
    const current = await call(silence);
    await sandbox?.close();
    expect((await failToConnect(current)).code).toBe('credentials-unavailable');
  });

  test('a refused upgrade, a refused token, a server that never says connected', async () => {
    for (const [fault, code] of [
      ['upgrade-refused', 'connect-failed'],
      ['auth-failed', 'auth-failed'],
      ['never-connected', 'accept-timeout'],
    ] as const) {
      expect((await failToConnect(await call(silence, { query: `?fault=${fault}` }))).code).toBe(code);
      await sandbox?.close();
    }
  });

  test('a server that takes the connection and never answers the upgrade', async () => {
    const sockets: Duplex[] = [];
    const mute = createServer();
    mute.on('upgrade', (_request, socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await writeFile(join(folder, 'input.wav'), encodeWav({ sampleRate: WIRE_RATE, channelCount: 1, samples: silence }));
    const session = createVoiceSession({
      vendor: voiceApi({ credentials: { token: 'token', ws_url: `ws://127.0.0.1:${port}/ws` } }),
      input: wavFile(join(folder, 'input.wav')),
      output: wavFile(join(folder, 'output.wav')),
    });
    await expect(session.connect()).rejects.toMatchObject({ code: 'connect-timeout', retryable: true });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  test('a file that is not there, one that is no WAV, one at 12,345 Hz, and a folder that does not exist', async () => {
    expect((await failToConnect(await call(silence, { input: join(folder, 'nothing.wav') }))).code).toBe(
      'input-not-readable',
    );
    await sandbox?.close();
    const text = join(folder, 'text.wav');
    await writeFile(text, 'hello');
    expect((await failToConnect(await call(silence, { input: text }))).code).toBe('unsupported-audio-file');
    await sandbox?.close();
    expect((await failToConnect(await call(silence, { sampleRate: 12_345 }))).code).toBe('unsupported-sample-rate');
    await sandbox?.close();
    expect((await failToConnect(await call(silence, { output: join(folder, 'no', 'such', 'folder.wav') }))).code).toBe(
      'output-not-writable',
    );
  });
});
