import { describe, expect, test } from 'vitest';
import { groupDelayAt, toMinimumPhase } from './minimumPhase.ts';
import { designSharpFilter } from './rateFilter.ts';

const { taps } = designSharpFilter({ up: 1, down: 2 }, 28);
const early = toMinimumPhase(taps);

function gainDb(filter: Float64Array, frequencyRatio: number): number {
  let [real, imaginary] = [0, 0];
  for (const [k, tap] of filter.entries()) {
    real += tap * Math.cos(2 * Math.PI * frequencyRatio * k);
    imaginary += tap * Math.sin(2 * Math.PI * frequencyRatio * k);
  }
  return 20 * Math.log10(Math.hypot(real, imaginary));
}

describe('minimum phase', () => {
  test('keeps the magnitude: within 0.001 dB in the pass band, below -105 dB in the stop band', () => {
    for (let f = 0; f <= 0.2188; f += 0.002) expect(gainDb(early, f)).toBeCloseTo(gainDb(taps, f), 3);
    for (let f = 0.2813; f <= 0.5; f += 0.001) expect(gainDb(early, f)).toBeLessThan(-105);
  });

  test('turns a zero outside the unit circle into its mirror image inside: 1 - 2z becomes 2 - z', () => {
    const [first, second] = toMinimumPhase(Float64Array.of(1, -2));
    expect(first).toBeCloseTo(2, 6);
    expect(second).toBeCloseTo(-1, 6);
  });

  test('delays low frequencies by 4 samples where linear phase takes 55', () => {
    expect(groupDelayAt(taps, 0.03)).toBeCloseTo(55, 6);
    expect(groupDelayAt(early, 0.03)).toBeLessThan(4);
  });
});
