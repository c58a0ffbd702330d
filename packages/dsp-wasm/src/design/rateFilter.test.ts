import { describe, expect, test } from 'vitest';
import { designSharpFilter, designShortFilter } from './rateFilter.ts';

/** Gain at a frequency that is a ratio of the rate the taps run at. */
function gainDb(taps: Float64Array, frequencyRatio: number): number {
  let [real, imaginary] = [0, 0];
  for (const [k, tap] of taps.entries()) {
    real += tap * Math.cos(2 * Math.PI * frequencyRatio * k);
    imaginary += tap * Math.sin(2 * Math.PI * frequencyRatio * k);
  }
  return 20 * Math.log10(Math.hypot(real, imaginary));
}

describe('sharp filter', () => {
  const { taps } = designSharpFilter({ up: 1, down: 2 }, 104.5);

  test('has zeros at every second tap from the centre, where one half stands, and is symmetric', () => {
    const centre = (taps.length - 1) / 2;
    expect(taps[centre]).toBeCloseTo(0.5, 5);
    for (const [k, tap] of taps.entries()) {
      if ((k - centre) % 2 === 0 && k !== centre) expect(tap).toBe(0);
      expect(tap).toBe(taps[taps.length - 1 - k]);
    }
  });

  test('is flat to 0.875 of half its band, halves the amplitude at the middle, and is 103 dB down from 1.125 on', () => {
    expect(Math.abs(gainDb(taps, 0.875 / 4))).toBeLessThan(0.0001);
    expect(gainDb(taps, 1 / 4)).toBeCloseTo(-6.02, 2);
    for (let f = 1.125 / 4; f <= 0.5; f += 0.001) expect(gainDb(taps, f)).toBeLessThan(-103);
  });

  test('going up has twice the taps, and no lateness', () => {
    const up = designSharpFilter({ up: 2, down: 1 }, 104.5);
    expect(up.taps).toEqual(taps.map((tap) => 2 * tap));
    expect(up.latenessSamples).toBe(0);
  });
});

describe('short filter', () => {
  const design = (earlierSamples: number, stepSamples: number) =>
    designShortFilter({ up: 160, down: 147 }, 106.8, 1 / 640, earlierSamples, stepSamples);

  test('is as late as makes the whole delay a multiple of the step', () => {
    for (const [earlier, step] of [[0, 147] as const, [8480, 147] as const, [0, 294] as const]) {
      const { taps, latenessSamples } = design(earlier, step);
      expect((earlier + latenessSamples + (taps.length - 1) / 2) % step).toBe(0);
      expect(latenessSamples).toBeGreaterThanOrEqual(0);
      expect(latenessSamples).toBeLessThan(step);
    }
  });

  test('has at most 12 taps per output between twice the lower rate and a higher one', () => {
    expect(design(0, 147).taps.length).toBeLessThanOrEqual(12 * 160);
  });
});
