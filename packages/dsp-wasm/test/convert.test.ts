import { assertNear, assertSameSamples, createSeededRandom, fitSine, makeNoise, makeTone } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { toInt16Reference } from './reference/frameReference.ts';
import { makeDsp } from './streams.ts';

const dsp = makeDsp();

describe('int16 conversion', () => {
  test('all 65536 int16 values survive the way to float and back', () => {
    const all = Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768);
    const floats = dsp.int16ToFloat32(all);
    expect([floats[0], floats[32_768], floats[65_535]]).toEqual([-1, 0, 32_767 / 32_768]);
    assertSameSamples('round trip', dsp.float32ToInt16(floats), all);
  });

  test('rounds ties to even, clamps, and takes NaN as 0 and infinities as full scale', () => {
    const step = 1 / 32_768;
    const input = Float32Array.of(
      0.5 * step,
      1.5 * step,
      -0.5 * step,
      -1.5 * step,
      0.49 * step,
      0.51 * step,
      1,
      -1,
      1.5,
      -1.5,
    );
    expect([...dsp.float32ToInt16(input)]).toEqual([0, 2, 0, -2, 0, 1, 32_767, -32_768, 32_767, -32_768]);
    const special = Float32Array.of(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      3.4e38,
      -3.4e38,
      1e-40,
      -0,
    );
    expect([...dsp.float32ToInt16(special)]).toEqual([0, 32_767, -32_768, 32_767, -32_768, 0, 0]);
  });

  test('equals the plain TypeScript loop on 10000 random samples, for every length from 0 to 40 and beyond one piece', () => {
    const random = createSeededRandom(71);
    const noise = makeNoise(random, 10_000, 1.2);
    assertSameSamples(`10000, ${random}`, dsp.float32ToInt16(noise), toInt16Reference(noise));
    for (let length = 0; length <= 40; length++) {
      const part = noise.subarray(length, 2 * length);
      assertSameSamples(`${length} samples, ${random}`, dsp.float32ToInt16(part), toInt16Reference(part));
    }
  });

  test('writes exactly the samples given: what lies behind them in the output is left alone', () => {
    for (let length = 0; length <= 20; length++) {
      const integers = new Int16Array(length + 4).fill(7);
      expect(dsp.float32ToInt16(new Float32Array(length), integers)).toBe(integers);
      expect([...integers.subarray(length)]).toEqual([7, 7, 7, 7]);
      const floats = new Float32Array(length + 4).fill(7);
      expect(dsp.int16ToFloat32(new Int16Array(length), floats)).toBe(floats);
      expect([...floats.subarray(length)]).toEqual([7, 7, 7, 7]);
    }
  });

  test('rounding costs no more than it must: 997 Hz at -1 dBFS has an SNR of 97.1 dB', () => {
    const tone = makeTone({
      frequencyHz: 997,
      sampleRate: 16_000,
      sampleCount: 64_000,
      amplitudeRatio: 10 ** (-1 / 20),
    });
    const back = dsp.int16ToFloat32(dsp.float32ToInt16(tone));
    assertNear('SNR', fitSine(back, 997, 16_000).snrDb, 97.1, 0.3, 'dB');
  });

  test('refuses an output that is too small, naming both lengths', () => {
    expect(() => dsp.float32ToInt16(new Float32Array(320), new Int16Array(300))).toThrow(
      expect.objectContaining({ code: 'output-too-small', details: { expectedSamples: 320, actualSamples: 300 } }),
    );
    expect(() => dsp.int16ToFloat32(new Int16Array(2), new Float32Array(1))).toThrow('holds 1 samples but 2');
  });
});
