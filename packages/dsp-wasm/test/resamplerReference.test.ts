import {
  assertCloseSamples,
  assertSameSamples,
  countResampled,
  createSeededRandom,
  makeNoise,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { BALANCED, LOW_LATENCY } from '../src/design/conversion.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { resampleReference } from './reference/resampleReference.ts';
import { makeDsp, ratePairs, resampleStream } from './streams.ts';

const dsp = makeDsp();
const allRates: readonly number[] = SUPPORTED_SAMPLE_RATES;

describe('Resampler against its definition', () => {
  // Full-scale noise through two filters of float32 taps: measured 1.1e-6 at worst.
  const TOLERANCE = 2e-6;

  test.each(ratePairs(allRates))('%i to %i Hz equals the double-precision filter within 2e-6', (from, to) => {
    const random = createSeededRandom(from * 7 + to);
    const noise = makeNoise(random, Math.ceil(from / 50));
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
    const output = resampleStream(resampler, noise);
    assertCloseSamples(`output, ${random}`, output, resampleReference(noise, from, to, BALANCED), TOLERANCE);
  });

  test.each(ratePairs(allRates))('%i to %i Hz does so at low latency as well', (from, to) => {
    const random = createSeededRandom(from * 11 + to);
    const noise = makeNoise(random, Math.ceil(from / 100));
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality: 'low-latency' });
    const output = resampleStream(resampler, noise);
    assertCloseSamples(`output, ${random}`, output, resampleReference(noise, from, to, LOW_LATENCY), TOLERANCE);
  });

  test.each(allRates.map((rate) => [rate]))('%i Hz to itself passes every bit of every finite sample', (rate) => {
    const random = createSeededRandom(rate);
    const noise = makeNoise(random, 5000, 1.5);
    noise.set([-0, 1e-42, 3.4e38, -3.4e38, 1, -1], 100);
    const resampler = dsp.createResampler({ inputSampleRate: rate, outputSampleRate: rate });
    assertSameSamples('output', resampleStream(resampler, noise, [127, 4096]), noise);
    expect(resampler.groupDelaySamples).toBe(0);
    expect(resampler.flush().length).toBe(0);
  });

  test('a constant of 0.5 comes out as 0.5 within 1e-5 (an image of 0 Hz and its mirror coincide), on every row of a 441-row filter', () => {
    const resampler = dsp.createResampler({ inputSampleRate: 16_000, outputSampleRate: 44_100 });
    const output = resampleStream(resampler, new Float32Array(1600).fill(0.5)).subarray(
      2 * resampler.groupDelaySamples,
    );
    assertCloseSamples('output', output, new Float32Array(output.length).fill(0.5), 1e-5);
  });

  test.each([
    [48_000, 16_000],
    [24_000, 16_000],
    [16_000, 48_000],
    [44_100, 16_000],
    [32_000, 16_000],
    [96_000, 16_000],
  ])('%i to %i Hz: NaN and infinities count as 0 and leave their neighbours alone, wherever in a block', (from, to) => {
    const random = createSeededRandom(21);
    const clean = makeNoise(random, 2000);
    const dirty = clean.slice();
    for (const at of [0, 126, 127, 700, 1990, 1997]) {
      clean.set([0, 0, 0], at);
      dirty.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], at);
    }
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
    for (const blockLengths of [[4096], [128], [127, 1]]) {
      resampler.reset();
      const wanted = resampleStream(resampler, clean, blockLengths);
      resampler.reset();
      assertSameSamples(`output, ${random}`, resampleStream(resampler, dirty, blockLengths), wanted);
    }
  });

  test('the reference itself disagrees when one sample changes', () => {
    const noise = makeNoise(createSeededRandom(22), 400);
    const changed = noise.slice();
    changed.set([0.9], 200);
    const run = (x: Float32Array) => resampleReference(x, 48_000, 16_000, BALANCED);
    expect(() => assertCloseSamples('output', run(changed), run(noise), TOLERANCE)).toThrow('wanted');
    expect(run(noise).length).toBe(countResampled(400, 48_000, 16_000));
  });
});
