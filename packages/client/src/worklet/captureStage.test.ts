import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import { loadNeuralVadAssets } from '@voicewire/dsp-wasm/neural-vad';
import { openNeuralVad } from '@voicewire/dsp-wasm/neural-vad/sync';
import { makeFloatSequence, SequenceVerifier } from '@voicewire/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { resample, speak } from '../../test/speechFixture.ts';
import { CaptureStage, type CaptureFrameMessage, type CaptureMessage, type FrameDetector } from './captureStage.ts';

const QUANTUM = 128;
let dsp: Dsp;
beforeAll(async () => {
  dsp = await loadDsp();
});

function createStage(sampleRate: number, detector: FrameDetector | null = null) {
  const frames: CaptureFrameMessage[] = [];
  const post = (message: CaptureMessage): void => {
    if (message.type === 'frame') frames.push({ ...message, pcm: message.pcm.slice() });
  };
  const stage = new CaptureStage(dsp, sampleRate, QUANTUM, post, detector);
  return { stage, frames };
}

describe('CaptureStage', () => {
  test('16 kHz passes every sample exactly, in frames of 320 that say where they began', () => {
    const { stage, frames } = createStage(16_000);
    const samples = makeFloatSequence(0, 50 * QUANTUM);
    for (let i = 0; i < 50; i++) stage.process(samples.subarray(i * QUANTUM, (i + 1) * QUANTUM), 1_000 + i * QUANTUM);
    expect(frames.length).toBe(20);
    const verifier = new SequenceVerifier();
    for (const { pcm } of frames) verifier.read(pcm);
    expect(verifier.verdict()).toMatchObject({ receivedSamples: 6_400, isIntact: true });
    expect(frames.map(({ firstSampleIndex }) => firstSampleIndex)).toEqual(frames.map((_, i) => 1_000 + i * 320));
    expect(frames.at(-1)).toMatchObject({
      framesCount: 20,
      capturedSamples: 6_400,
      missedSamples: 0,
      spanSamples: 320,
    });
  });

  test('nothing happens before the source delivers its first quantum', () => {
    const { stage, frames } = createStage(16_000);
    for (let i = 0; i < 20; i++) stage.process(undefined, i * QUANTUM);
    stage.stop();
    expect(frames).toEqual([]);
  });

  test('quanta without sound become silence: the cadence of frames goes on, and they are counted', () => {
    const { stage, frames } = createStage(16_000);
    const loud = new Float32Array(QUANTUM).fill(0.5);
    for (let i = 0; i < 100; i++) stage.process(i >= 20 && i < 70 ? undefined : loud, i * QUANTUM);
    expect(frames.length).toBe(40);
    expect(frames.at(-1)?.missedSamples).toBe(50 * QUANTUM);
    const silent = frames.flatMap(({ pcm }) => [...pcm]).filter((value) => value === 0).length;
    expect(silent).toBe(50 * QUANTUM);
  });

  test('quanta that the platform skips are replaced too, and time stays true', () => {
    const { stage, frames } = createStage(16_000);
    const loud = new Float32Array(QUANTUM).fill(0.5);
    for (let i = 0; i < 10; i++) stage.process(loud, i * QUANTUM);
    for (let i = 15; i < 40; i++) stage.process(loud, i * QUANTUM);
    expect(frames.length).toBe(16);
    expect(frames.map(({ firstSampleIndex }) => firstSampleIndex)).toEqual(frames.map((_, i) => i * 320));
    expect(frames.at(-1)?.missedSamples).toBe(5 * QUANTUM);
  });

  test('after a sleep of ten seconds the line jumps, and no ten seconds of silence are sent', () => {
    const { stage, frames } = createStage(16_000);
    const loud = new Float32Array(QUANTUM).fill(0.5);
    for (let i = 0; i < 10; i++) stage.process(loud, i * QUANTUM);
    for (let i = 0; i < 10; i++) stage.process(loud, 160_000 + i * QUANTUM);
    expect(frames.length).toBe(8);
    expect(frames.at(-1)?.firstSampleIndex).toBeGreaterThan(159_000);
  });

  test('stop sends the tail, padded with zeros', () => {
    const { stage, frames } = createStage(16_000);
    stage.process(new Float32Array(QUANTUM).fill(0.5), 0);
    stage.stop();
    expect(frames.length).toBe(1);
    expect(frames[0]?.pcm.slice(0, QUANTUM).every((value) => value === 16_384)).toBe(true);
    expect(frames[0]?.pcm.slice(QUANTUM).every((value) => value === 0)).toBe(true);
  });

  test('another detector scores the frames as it scores them by itself, and leaves their samples as they are', async () => {
    const assets = await loadNeuralVadAssets();
    const open = () => openNeuralVad(assets, { sampleRate: 16_000 });
    const speech = await resample(await speak('I heard you.'), 16_000, 48_000);
    const samples = Float32Array.from(speech, (value) => value / 32_768);
    const [usual, neural] = [createStage(48_000), createStage(48_000, open().stage)];
    for (const { stage } of [usual, neural]) {
      // 0.3 s of silence, with quanta that the platform did not deliver.
      for (let i = 0; i < 113; i++)
        stage.process(i === 0 || i > 50 ? new Float32Array(QUANTUM) : undefined, i * QUANTUM);
      for (let at = 0; at + QUANTUM <= samples.length; at += QUANTUM)
        stage.process(samples.subarray(at, at + QUANTUM), 113 * QUANTUM + at);
    }
    const alone = open();
    expect(neural.frames.map(({ speechScore }) => speechScore)).toEqual(
      neural.frames.map(({ pcm }) => alone.process(pcm)),
    );
    expect(neural.frames.map(({ pcm }) => [...pcm])).toEqual(usual.frames.map(({ pcm }) => [...pcm]));
    const scores = neural.frames.map(({ speechScore }) => speechScore);
    expect(Math.max(...scores.slice(0, 14))).toBeLessThan(0.2);
    expect(Math.max(...scores)).toBeGreaterThan(0.9);
  });
});
