import { createSeededRandom, makeNoise, makeSpeechLike } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUPPORTED_FRAME_MS } from '../src/captureChain.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { BLOCK_SIZES, captureStream, forEachBlock, makeDsp, makeRecordingChain } from './streams.ts';

const dsp = makeDsp();
const rates: readonly number[] = SUPPORTED_SAMPLE_RATES;

describe('CaptureChain as a stream', () => {
  test.each(rates.map((rate) => [rate]))(
    '%i Hz: frames, indices, levels and scores are the same for blocks of 1, 127, 128, 129, 480 and 4096',
    (rate) => {
      const signal = makeSpeechLike({ random: createSeededRandom(rate), sampleRate: rate, durationMs: 200 });
      const wanted = captureStream(dsp, { inputSampleRate: rate }, signal, { blockLengths: [4096] });
      expect(wanted.length).toBeGreaterThanOrEqual(10);
      for (const size of BLOCK_SIZES) {
        expect(captureStream(dsp, { inputSampleRate: rate }, signal, { blockLengths: [size] })).toEqual(wanted);
      }
    },
  );

  test('any split at all gives the same frames: 150 random splits, rates and frame lengths', () => {
    const noise = makeNoise(createSeededRandom(51), 5000);
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.constantFrom(...SUPPORTED_FRAME_MS),
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 12 }),
        (inputSampleRate, frameMs, lengths) => {
          const options = { inputSampleRate, frameMs, maxInputSamples: 5000 };
          const whole = captureStream(dsp, options, noise, { blockLengths: [5000] });
          expect(captureStream(dsp, options, noise, { blockLengths: [...lengths, 1] })).toEqual(whole);
        },
      ),
      { numRuns: 150, seed: 51 },
    );
  });

  test('reset and flush make the chain as new: frames, indices and the noise floor', () => {
    const signal = makeSpeechLike({ random: createSeededRandom(52), sampleRate: 48_000, durationMs: 300 });
    const { chain, frames } = makeRecordingChain(dsp, { inputSampleRate: 48_000 });
    const run = () => {
      frames.length = 0;
      forEachBlock(signal, [128], (block) => chain.process(block));
      chain.flush();
      return [...frames];
    };
    const first = run();
    expect(run()).toEqual(first);
    forEachBlock(signal, [999], (block) => chain.process(block));
    chain.reset();
    frames.length = 0;
    chain.flush();
    expect(frames).toEqual([]);
    expect(run()).toEqual(first);
  });

  test('after 10000 quanta of 128 the frames are still those of one pass over the same signal', () => {
    const signal = makeNoise(createSeededRandom(53), 1_280_000, 0.1);
    const options = { inputSampleRate: 48_000 };
    const byQuantum = captureStream(dsp, options, signal, { blockLengths: [128] });
    expect(byQuantum.length).toBe(1334);
    expect(byQuantum).toEqual(captureStream(dsp, options, signal, { blockLengths: [4096] }));
  });
});
