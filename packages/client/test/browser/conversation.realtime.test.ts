import { readFileSync } from 'node:fs';
import { loadDsp } from '@voicewire/dsp-wasm';
import { assertSameSamples, decodeWav, findSharedFile } from '@voicewire/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { assertSameAudio } from '../audioTruth.ts';
import { arrange, resample, speak, type SpokenScript } from '../speechFixture.ts';
import { createRig, type Rig, type RigOptions } from './harness.ts';

const WIRE_RATE = 16_000;
/** The fake device resamples on the way and the filters take what is above 7 kHz; two samples are a fraction of a quantum. */
const LIMITS = { minCorrelation: 0.95, toleranceSamples: 2 };

/** Connecting two nodes takes the page less than this many quanta of 3 ms. */
const MAX_EARLY_QUANTA = 30;

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** Connects by a click, lets the fake microphone speak to its end and the agent answer, hangs up by a click. */
async function converse(microphone: NonNullable<RigOptions['microphone']>, speechMs: number): Promise<Rig> {
  rig = await createRig({ microphone, sandbox: { agent: 'echo' } });
  await rig.open({ query: { tap: '' } });
  await rig.page.click('#connect');
  await rig.until('connected', ({ connect }) => connect[0]?.outcome === 'connected');
  await new Promise((resolve) => setTimeout(resolve, speechMs));
  await rig.until('the agent has spoken', ({ events }) => events.some(({ name }) => name === 'agentSpeechEnded'));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await rig.page.click('#disconnect');
  await rig.until('disconnected', ({ events }) => events.some(({ name }) => name === 'disconnected'));
  await rig.until('the microphone is released', ({ liveTracks }) => liveTracks === 0);
  return rig;
}

/** What a tap of the page holds, at the context's rate. */
async function readTap(current: Rig, place: 'microphone' | 'speaker'): Promise<Float32Array> {
  const bytes = Buffer.from(await current.page.evaluate((name) => window.readTap(name), place), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** The frames that a capture chain makes of what the capture worklet was given. */
async function captureAgain(tapped: Float32Array, sampleRate: number): Promise<Int16Array> {
  const dsp = await loadDsp();
  const frames: Int16Array[] = [];
  const chain = dsp.createCaptureChain({
    inputSampleRate: sampleRate,
    onFrame: (pcm) => void frames.push(pcm.slice()),
  });
  for (let i = 0; i < tapped.length; i += 1_000) chain.process(tapped.subarray(i, i + 1_000));
  return Int16Array.from(frames.flatMap((frame) => [...frame]));
}

/**
 * `received` is what a capture chain makes of `tapped`, bit for bit. The tap is connected a moment before the capture
 * worklet, so it may hold some quanta more at its beginning: each number of them is tried, and one has to fit.
 */
async function expectCaptured(
  received: Int16Array,
  dropped: number,
  tapped: Float32Array,
  sampleRate: number,
): Promise<void> {
  // The last frame is cut short by the hang-up and filled up with zeros, so it is left out.
  const sent = received.subarray(0, -320);
  for (let quanta = 0; quanta <= MAX_EARLY_QUANTA; quanta++) {
    const captured = await captureAgain(tapped.subarray(quanta * 128), sampleRate);
    const expected = captured.subarray(dropped, dropped + sent.length);
    if (quanta === MAX_EARLY_QUANTA) assertSameSamples('what was sent', sent, expected);
    if (sent.every((value, i) => value === expected[i])) return;
  }
}

async function expectTrueChain(current: Rig, reference: Int16Array): Promise<void> {
  const stats = await current.page.evaluate(() => window.stats());
  const { sampleRate } = await current.record();
  const [connection] = current.sandbox.ledger.connections;
  if (connection === undefined || stats.uplink === null) throw new Error('There was no connection.');

  // Uplink, by count: every frame of the capture worklet was dropped before the start, with a count, or arrived.
  expect(stats.input.framesCount).toBe(stats.uplink.passedFrames + stats.uplink.droppedBeforeOpenFrames);
  const received = connection.receivedPcm();
  expect(received.length).toBe(stats.uplink.passedFrames * 320);
  // By content: exactly the frames that follow from the quanta the worklet was given.
  const dropped = stats.uplink.droppedBeforeOpenFrames * 320;
  await expectCaptured(received, dropped, await readTap(current, 'microphone'), sampleRate);
  // By ear: it is what the file holds. The fake device may slip by itself when the machine is busy, twice at most.
  assertSameAudio('what the sandbox received', received, reference, {
    ...LIMITS,
    jumps: { count: 2, direction: 'either' },
  });

  // Downlink, by count: all that the agent sent was played.
  const sent = connection.sentPcm();
  expect(sent.length).toBe(stats.output.writtenSamples);
  expect(stats.output.playedSamples).toBe(sent.length);
  // By ear, each utterance by itself: the pauses between them are time, not samples. On a busy machine audio may come
  // late, which inserts silence and shifts what follows, and nothing else.
  const tapped = Int16Array.from(await readTap(current, 'speaker'), (value) => value * 32_768);
  const played = await resample(tapped, sampleRate, WIRE_RATE);
  let start = 0;
  for (const { sentSamples } of connection.lines) {
    const utterance = sent.subarray(start, start + sentSamples);
    assertSameAudio('what was played', played, utterance, { ...LIMITS, jumps: { count: 2, direction: 'later' } });
    start += sentSamples;
  }
  expect(start).toBeGreaterThan(WIRE_RATE);
  expect(current.sandbox.ledger.violations.filter(({ severity }) => severity === 'fatal')).toEqual([]);
}

describe('speech through a real browser', () => {
  test('the project’s own fixture arrives whole at the sandbox, and its echo is played whole', async () => {
    const script: SpokenScript = arrange(
      [await speak('Welcome. Speak whenever you like. I answer when you stop.')],
      [800, 2_500],
      WIRE_RATE,
    );
    const microphone = {
      sampleRate: 48_000,
      channelCount: 1,
      samples: await resample(script.samples, WIRE_RATE, 48_000),
    };
    const current = await converse(microphone, (script.samples.length / WIRE_RATE) * 1_000);
    await expectTrueChain(current, script.samples);
  });

  const sharedPath = findSharedFile('data/e2e/fakemic_two_turns_48k.wav');
  test('two turns of recorded speech do the same', async ({ skip }) => {
    const path = sharedPath ?? skip('the shared recordings are not beside the repository');
    const { samples, sampleRate } = decodeWav(readFileSync(path));
    const current = await converse({ path }, (samples.length / sampleRate) * 1_000);
    await expectTrueChain(current, await resample(samples, sampleRate, WIRE_RATE));
  });
});
