import { readFileSync } from 'node:fs';
import { decodeWav, findSharedFile } from '@voicewire/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { assertSameAudio } from '../audioTruth.ts';
import { arrange, resample, speak, type SpokenScript } from '../speechFixture.ts';
import { createRig, type Rig, type RigOptions } from './harness.ts';

const WIRE_RATE = 16_000;
/** The floor; the fake device resamples twice on the way, and speech above 7 kHz is lost to the filters. */
const MIN_CORRELATION = 0.95;

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

/** Connects by a click, lets the fake microphone speak to its end and the agent answer, hangs up by a click. */
async function converse(microphone: NonNullable<RigOptions['microphone']>, speechMs: number): Promise<Rig> {
  rig = await createRig({ microphone, sandbox: { agent: 'echo' } });
  await rig.open();
  await rig.page.click('#connect');
  await rig.until('connected', ({ connect }) => connect[0]?.outcome === 'connected');
  await new Promise((resolve) => setTimeout(resolve, speechMs));
  await rig.until('the agent has spoken', ({ events }) => events.some(({ name }) => name === 'agentSpeechEnded'));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await rig.page.click('#disconnect');
  await rig.until('disconnected', ({ events }) => events.some(({ name }) => name === 'disconnected'));
  return rig;
}

async function expectTrueChain(current: Rig, reference: Int16Array): Promise<void> {
  const stats = await current.page.evaluate(() => window.stats());
  const [connection] = current.sandbox.ledger.connections;
  if (connection === undefined || stats.uplink === null) throw new Error('There was no connection.');

  // Uplink: every frame the capture worklet counted was dropped before the start, with a count, or arrived.
  expect(stats.input.framesCount).toBe(stats.uplink.passedFrames + stats.uplink.droppedBeforeOpenFrames);
  expect(connection.counters.audioSamplesIn).toBe(stats.uplink.passedFrames * 320);
  // A busy machine can starve the fake device itself; the worklet says so, and silence stands in for what it missed.
  const starved = stats.input.missedSamples > 0 ? 1 : 0;
  assertSameAudio('what the sandbox received', connection.receivedPcm(), reference, {
    minCorrelation: MIN_CORRELATION,
    toleranceSamples: 2,
    insertedGaps: starved,
  });

  // Downlink: what the recorder tapped behind the playout is what the agent sent.
  const { sampleRate } = await current.record();
  const tapped = Int16Array.from(await current.page.evaluate(() => window.recorded()), (value) => value * 32_768);
  const played = await resample(tapped, sampleRate, WIRE_RATE);
  const sent = connection.sentPcm();
  expect(sent.length).toBe(stats.output.writtenSamples);
  expect(stats.output.playedSamples).toBe(sent.length);
  // Each utterance by itself: the pauses between them are time, not samples, and are not sent.
  let start = 0;
  for (const { sentSamples } of connection.lines) {
    const utterance = sent.subarray(start, start + sentSamples);
    const insertedGaps = stats.output.underrunCount;
    assertSameAudio('what was played', played, utterance, {
      minCorrelation: MIN_CORRELATION,
      toleranceSamples: 2,
      insertedGaps,
    });
    start += sentSamples;
  }
  expect(start).toBeGreaterThan(WIRE_RATE);

  expect(current.sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
  const { contextState, liveTracks } = await current.until(
    'released',
    (record) => record.liveTracks === 0 && record.contextState === 'closed',
  );
  expect({ contextState, liveTracks }).toEqual({ contextState: 'closed', liveTracks: 0 });
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
  test.skipIf(sharedPath === null)('two turns of recorded speech do the same', async () => {
    const path = sharedPath ?? '';
    const { samples, sampleRate } = decodeWav(readFileSync(path));
    const current = await converse({ path }, (samples.length / sampleRate) * 1_000);
    await expectTrueChain(current, await resample(samples, sampleRate, WIRE_RATE));
  });
});
