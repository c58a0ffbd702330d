import {
  assertAtLeast,
  assertAtMost,
  assertNear,
  assertSameSamples,
  createSeededRandom,
  findStrongestLine,
  makeNoise,
  makeTone,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { TpdfDither } from '../src/dither.ts';
import { toDitheredInt16Reference } from './reference/frameReference.ts';
import { captureStream, forEachBlock, joinPcm, makeDsp, resampleStream } from './streams.ts';

const dsp = makeDsp();
const STEP = 1 / 32_768;
const SAMPLES = 262_144;

/** One full step and a bit: peak 1.04 steps of int16. */
function makeQuietTone(sampleCount: number): Float32Array {
  return makeTone({ frequencyHz: 997, sampleRate: 16_000, sampleCount, amplitudeRatio: 10 ** (-90 / 20) });
}

function dithered(signal: Float32Array, seed = 1): Int16Array {
  return dsp.float32ToInt16(signal, undefined, new TpdfDither(seed));
}

/** In steps of int16: what rounding has added. */
function errorsOf(signal: Float32Array, pcm: Int16Array): Float64Array {
  return Float64Array.from(pcm, (value, n) => value - (signal[n] ?? Number.NaN) / STEP);
}

function strongestDistortionDb(pcm: Int16Array): number {
  return findStrongestLine(dsp.int16ToFloat32(pcm), { sampleRate: 16_000, fromHz: 20, ignoreHz: [997] }).levelDb;
}

describe('dither', () => {
  test('a tone at -90 dBFS has no line above the noise floor, -122 dB at most; rounded plainly it has one above -110 dB', () => {
    const tone = makeQuietTone(65_536);
    assertAtLeast('plain', strongestDistortionDb(dsp.float32ToInt16(tone)), -110, 'dB');
    // White noise of 1/4 step² reads -134 dB per line; the highest of 32768 lines is expected 10 dB above.
    assertAtMost('dithered', strongestDistortionDb(dithered(tone)), -122, 'dB');
  });

  test.each([
    ['silence', new Float32Array(SAMPLES)],
    ['a constant of 0.25 steps', new Float32Array(SAMPLES).fill(0.25 * STEP)],
    ['a constant of 0.5 steps', new Float32Array(SAMPLES).fill(0.5 * STEP)],
    ['a tone at -90 dBFS', makeQuietTone(SAMPLES)],
    ['noise at -20 dBFS', makeNoise(createSeededRandom(91), SAMPLES, 0.1)],
  ])('%s: the error has a mean of 0 ± 0.004 steps and a power of 1/4 step² ± 1 %%', (_, signal) => {
    const errors = errorsOf(signal, dithered(signal));
    assertNear('mean', errors.reduce((sum, e) => sum + e, 0) / SAMPLES, 0, 0.004, 'steps');
    assertNear('power', errors.reduce((sum, e) => sum + e * e, 0) / SAMPLES, 0.25, 0.0025, 'steps²');
  });

  test('the error is white: no correlation above 0.01 with itself 1 to 64 samples before', () => {
    const errors = errorsOf(new Float32Array(SAMPLES), dithered(new Float32Array(SAMPLES)));
    for (let lag = 1; lag <= 64; lag++) {
      let product = 0;
      for (let n = lag; n < SAMPLES; n++) product += (errors[n] ?? 0) * (errors[n - lag] ?? 0);
      assertAtMost(`lag ${lag}`, Math.abs(product / (0.25 * SAMPLES)), 0.01, '');
    }
  });

  test('silence becomes -1, 0 and 1 with probabilities 1/8, 3/4, 1/8 and nothing else', () => {
    const counts = new Map<number, number>();
    for (const value of dithered(new Float32Array(SAMPLES))) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
    for (const [value, wanted] of [
      [-1, 0.125],
      [0, 0.75],
      [1, 0.125],
    ] as const) {
      assertNear(`share of ${value}`, (counts.get(value) ?? 0) / SAMPLES, wanted, 0.003, '');
    }
  });

  test('saturates, takes NaN as 0 and infinities as full scale', () => {
    const loud = Float32Array.from({ length: 64 }, (_, n) => (n % 2 === 0 ? 1 : -1));
    for (const [n, value] of dithered(loud).entries()) {
      if (n % 2 === 0) expect(value).toBeGreaterThanOrEqual(32_766);
      else expect(value).toBeLessThanOrEqual(-32_767);
    }
    const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
    const special = Float32Array.of(1.5, -1.5, 3.4e38, -3.4e38, POSITIVE_INFINITY, NEGATIVE_INFINITY, Number.NaN);
    expect([...dithered(special)].slice(0, 6)).toEqual([32_767, -32_768, 32_767, -32_768, 32_767, -32_768]);
    // As long as a vector and more, so that both loops see it.
    expect([...dithered(new Float32Array(21).fill(Number.NaN))].every((value) => value === 0)).toBe(true);
  });

  test('equals the plain TypeScript formula for every length from 0 to 40, beyond one piece, and where numbers wrap', () => {
    const noise = makeNoise(createSeededRandom(92), 10_000, 1.2);
    for (const length of [...Array.from({ length: 41 }, (_, n) => n), 10_000]) {
      const part = noise.subarray(0, length);
      assertSameSamples(`${length}`, dithered(part, 3), toDitheredInt16Reference(part, new TpdfDither(3).firstNumber));
    }
    const late = new TpdfDither(0);
    late.take(2 ** 32 - 10);
    assertSameSamples(
      'wrap',
      dsp.float32ToInt16(noise, undefined, late),
      toDitheredInt16Reference(noise, 2 ** 32 - 10),
    );
  });

  test('the same seed gives the same samples for any split and after reset; another seed gives others', () => {
    const tone = makeQuietTone(5000);
    const wanted = dithered(tone, 7);
    const dither = new TpdfDither(7);
    for (const lengths of [[1], [127, 3, 400], [4999]]) {
      const parts: number[] = [];
      forEachBlock(tone, lengths, (block) => parts.push(...dsp.float32ToInt16(block, undefined, dither)));
      assertSameSamples(`blocks of ${lengths}`, parts, wanted);
      dither.reset();
    }
    expect([...dithered(tone, 8)]).not.toEqual([...wanted]);
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])('a seed of %d is refused', (seed) => {
    const wanted = expect.objectContaining({ code: 'invalid-dither', details: { seed } });
    expect(() => new TpdfDither(seed)).toThrow(wanted);
    const options = { inputSampleRate: 48_000, dither: 'tpdf', ditherSeed: seed, onFrame: () => {} } as const;
    expect(() => dsp.createCaptureChain(options)).toThrow(wanted);
  });

  test('another kind of dither is refused by name', () => {
    const options = { inputSampleRate: 48_000, dither: 'shaped' as 'tpdf', onFrame: () => {} };
    expect(() => dsp.createCaptureChain(options)).toThrow(expect.objectContaining({ code: 'invalid-dither' }));
  });
});

describe('a capture chain with dither', () => {
  const tone = makeTone({
    frequencyHz: 997,
    sampleRate: 48_000,
    sampleCount: 48_000,
    amplitudeRatio: 10 ** (-90 / 20),
  });
  const options = { inputSampleRate: 48_000, dither: 'tpdf', ditherSeed: 5 } as const;

  test.each([[1], [127], [128], [4096]])(
    'delivers the resampled stream with that dither, sample by sample, for blocks of %i',
    (length) => {
      const resampled = resampleStream(
        dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 }),
        tone,
      );
      const wanted = toDitheredInt16Reference(resampled, new TpdfDither(5).firstNumber);
      const pcm = joinPcm(captureStream(dsp, options, tone, { blockLengths: [length], flush: false }));
      assertSameSamples('pcm', pcm, wanted.subarray(0, pcm.length));
    },
  );

  test("without it, or with 'none', rounds plainly", () => {
    const plain = joinPcm(captureStream(dsp, { inputSampleRate: 48_000 }, tone));
    assertSameSamples('none', joinPcm(captureStream(dsp, { inputSampleRate: 48_000, dither: 'none' }, tone)), plain);
    expect([...joinPcm(captureStream(dsp, options, tone))]).not.toEqual([...plain]);
  });

  test('begins with the same noise again after reset and after flush', () => {
    const starts: number[][] = [];
    const chain = dsp.createCaptureChain({ ...options, onFrame: (pcm) => starts.push([...pcm]) });
    const block = tone.subarray(0, 1200);
    chain.process(block);
    chain.reset();
    chain.process(block);
    chain.flush();
    chain.process(block);
    expect(starts[1]).toEqual(starts[0]);
    expect(starts.at(-1)).toEqual(starts[0]);
    expect(new Set(starts[0]).size).toBeGreaterThan(1);
  });
});
