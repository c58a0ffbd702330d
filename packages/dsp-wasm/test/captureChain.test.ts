import {
  assertNear,
  assertSameSamples,
  countResampled,
  createSeededRandom,
  makeImpulse,
  makeNoise,
  makeSpeechLike,
  makeTone,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { MeasuredFrame } from '../src/captureStage.ts';
import { SUPPORTED_FRAME_MS } from '../src/captureChain.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { peakDbReference, rmsDbReference, toInt16Reference } from './reference/frameReference.ts';
import type { CapturedFrame } from './streams.ts';
import { captureStream, joinFloats, joinPcm, makeDsp, makeRecordingChain, resampleStream } from './streams.ts';

const dsp = makeDsp();
const rates = SUPPORTED_SAMPLE_RATES.map((rate) => [rate] as const);

/** What a chain must deliver: the resampler's output and tail, as int16, filled up to whole frames. */
function expectedPcm(signal: Float32Array, inputSampleRate: number, frameSamples: number): Int16Array {
  const resampler = dsp.createResampler({ inputSampleRate, outputSampleRate: 16_000 });
  const body = resampleStream(resampler, signal);
  const floats = joinFloats([body, resampler.flush().slice()]);
  const padded = new Int16Array(Math.ceil(floats.length / frameSamples) * frameSamples);
  padded.set(toInt16Reference(floats));
  return padded;
}

describe('CaptureChain', () => {
  test.each(rates)('%i Hz: frames are the resampled stream as int16, in order, with levels within 0.001 dB', (rate) => {
    const random = createSeededRandom(rate);
    const speech = makeSpeechLike({ random, sampleRate: rate, durationMs: 400 });
    const frames = captureStream(dsp, { inputSampleRate: rate }, speech);
    assertSameSamples(`pcm, ${random}`, joinPcm(frames), expectedPcm(speech, rate, 320));
    for (const { pcm, rmsDb, peakDb } of frames) {
      assertNear('rms', rmsDb, rmsDbReference(pcm), 0.001, 'dB');
      assertNear('peak', peakDb, peakDbReference(pcm), 0.001, 'dB');
    }
  });

  test.each(SUPPORTED_FRAME_MS.map((ms) => [ms]))('frames of %i ms hold that much, and the same samples', (frameMs) => {
    const noise = makeNoise(createSeededRandom(frameMs), 10_000);
    const frames = captureStream(dsp, { inputSampleRate: 44_100, frameMs }, noise);
    for (const { pcm } of frames) expect(pcm.length).toBe(frameMs * 16);
    assertSameSamples('pcm', joinPcm(frames), expectedPcm(noise, 44_100, frameMs * 16));
  });

  test.each(rates)(
    '%i Hz: flush delivers ceil((ceil(n·16000/rate) + delay) / 320) frames for n = 1, 500, 5000, 50000',
    (rate) => {
      for (const n of [1, 500, 5000, 50_000]) {
        const { chain, frames } = makeRecordingChain(dsp, { inputSampleRate: rate, maxInputSamples: n });
        chain.process(new Float32Array(n).fill(0.1));
        chain.flush();
        const expected = Math.ceil((countResampled(n, rate, 16_000) + chain.groupDelaySamples) / 320);
        if (frames.length !== expected) expect.fail(`${frames.length} frames for ${n} samples, wanted ${expected}`);
      }
      expect(captureStream(dsp, { inputSampleRate: rate }, new Float32Array(0))).toEqual([]);
    },
  );

  test.each(rates)('%i Hz: firstSampleIndex finds an impulse again within one input or output sample', (rate) => {
    const impulseAt = Math.round(rate * 0.137);
    const frames = captureStream(dsp, { inputSampleRate: rate }, makeImpulse(Math.round(rate * 0.3), impulseAt, 0.9));
    const { frame, offset } = findPeak(frames);
    const foundAt = frame.firstSampleIndex + (offset * rate) / 16_000;
    assertNear('impulse', foundAt, impulseAt, Math.max(1, rate / 16_000) / 2 + 1e-6, 'input samples');
  });

  test('firstSampleIndex starts at minus the delay and advances by exactly one frame of input, for 10 s at 44.1 kHz', () => {
    const { chain, frames } = makeRecordingChain(dsp, { inputSampleRate: 44_100 });
    for (let i = 0; i < 441_000; i += 128) chain.process(new Float32Array(128));
    expect(frames[0]?.firstSampleIndex).toBe((-chain.groupDelaySamples * 441) / 160);
    for (const [index, frame] of frames.entries()) {
      assertNear(
        `frame ${index}`,
        frame.firstSampleIndex,
        (index * 320 - chain.groupDelaySamples) * 2.75625,
        1e-6,
        'samples',
      );
    }
    expect(frames.length).toBe(500);
  });

  test('levels: full-scale sine -3.01 and 0 dB, a constant -1 0 dB, silence -120 dB, one step of one sample -90.31 dB peak', () => {
    const levelsOf = (signal: Float32Array) =>
      captureStream(dsp, { inputSampleRate: 16_000 }, signal, { flush: false })[0];
    const sine = levelsOf(makeTone({ frequencyHz: 1000, sampleRate: 16_000, sampleCount: 320 }));
    assertNear('sine rms', sine?.rmsDb ?? Number.NaN, -3.01, 0.01, 'dB');
    assertNear('sine peak', sine?.peakDb ?? Number.NaN, 0, 0.001, 'dB');
    const constant = levelsOf(new Float32Array(320).fill(-1));
    expect(constant).toMatchObject({ rmsDb: 0, peakDb: 0 });
    expect(levelsOf(new Float32Array(320))).toMatchObject({ rmsDb: -120, peakDb: -120 });
    const step = levelsOf(makeImpulse(320, 100, 1 / 32_768));
    assertNear('step peak', step?.peakDb ?? Number.NaN, -90.309, 0.001, 'dB');
    assertNear('step rms', step?.rmsDb ?? Number.NaN, -115.361, 0.001, 'dB');
  });

  test('NaN and infinities are silence, out-of-range samples clip', () => {
    const unusual = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 7, -7];
    const frames = captureStream(
      dsp,
      { inputSampleRate: 16_000 },
      Float32Array.from({ length: 320 }, (_, n) => unusual[n % 5] ?? 0),
    );
    expect([...(frames[0]?.pcm.subarray(0, 5) ?? [])]).toEqual([0, 0, 0, 32_767, -32_768]);
  });

  test('one block of 4096 samples at 8 kHz completes 25 frames at once, in order', () => {
    const { chain, frames } = makeRecordingChain(dsp, { inputSampleRate: 8000 });
    chain.process(makeNoise(createSeededRandom(41), 4096));
    expect(frames.length).toBe(25);
    const starts = frames.map((frame) => frame.firstSampleIndex);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  test('without the detector frames carry NaN as score, and the same samples', () => {
    const noise = makeNoise(createSeededRandom(42), 3000);
    const without = captureStream(dsp, { inputSampleRate: 48_000, vad: false }, noise);
    expect(without.every((frame) => Number.isNaN(frame.speechScore))).toBe(true);
    assertSameSamples('pcm', joinPcm(without), joinPcm(captureStream(dsp, { inputSampleRate: 48_000 }, noise)));
  });

  test('onMeasuredFrame gets one object, the same for every frame, with what onFrame gets', () => {
    const speech = makeSpeechLike({ random: createSeededRandom(44), sampleRate: 44_100, durationMs: 400 });
    const seen = new Set<MeasuredFrame>();
    const frames: CapturedFrame[] = [];
    const chain = dsp.createCaptureChain({
      inputSampleRate: 44_100,
      onMeasuredFrame: (frame) => {
        seen.add(frame);
        frames.push({ ...frame, pcm: frame.pcm.slice() });
      },
    });
    for (let at = 0; at < speech.length; at += 4096) chain.process(speech.subarray(at, at + 4096));
    chain.flush();
    expect(seen.size).toBe(1);
    expect(frames).toEqual(captureStream(dsp, { inputSampleRate: 44_100 }, speech));
    expect(frames.length).toBeGreaterThan(19);
  });

  test('a listener that throws loses its frames, and nothing after them', () => {
    const noise = makeNoise(createSeededRandom(43), 3200);
    const starts: number[] = [];
    let isFirst = true;
    const chain = dsp.createCaptureChain({
      inputSampleRate: 16_000,
      onFrame: (_pcm, firstSampleIndex) => {
        if (isFirst) {
          isFirst = false;
          throw new Error('listener');
        }
        starts.push(firstSampleIndex);
      },
    });
    expect(() => chain.process(noise.subarray(0, 960))).toThrow('listener');
    chain.process(noise.subarray(960, 1600));
    expect(starts).toEqual([960, 1280]);
  });

  test('a listener that throws at the end of a stream does not keep the next one from being the first', () => {
    const noise = makeNoise(createSeededRandom(45), 700);
    const starts: number[] = [];
    const chain = dsp.createCaptureChain({
      inputSampleRate: 48_000,
      onFrame: (_pcm, firstSampleIndex) => {
        starts.push(firstSampleIndex);
        if (starts.length === 1) throw new Error('listener');
      },
    });
    chain.process(noise);
    expect(() => chain.flush()).toThrow('listener');
    chain.flush();
    expect(starts.length).toBe(1);
    chain.process(noise);
    chain.flush();
    expect(starts.length).toBe(2);
    expect(starts[1]).toBe(starts[0]);
  });
});

function findPeak(frames: readonly CapturedFrame[]): { frame: CapturedFrame; offset: number } {
  let best: { frame: CapturedFrame; offset: number; value: number } | undefined;
  for (const frame of frames) {
    for (const [offset, sample] of frame.pcm.entries()) {
      if (best === undefined || sample > best.value) best = { frame, offset, value: sample };
    }
  }
  if (best === undefined) throw new Error('No frames.');
  return best;
}
