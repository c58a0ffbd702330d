import { describe, expect, test } from 'vitest';
import { groupDelayAt, toMinimumPhase } from './reference/minimumPhase.ts';
import { referenceTapDesigner } from './reference/referenceTapDesigner.ts';

const taps = referenceTapDesigner.halfBand(28, 0.4375, 1);
const { taps: early } = referenceTapDesigner.minimumPhase(taps, 1, 0);

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

  test('turns a zero outside the unit circle into its mirror image inside: 1 - 2z becomes 1 - z / 2', () => {
    const [first, second] = toMinimumPhase(Float64Array.of(1, -2));
    expect(first).toBe(1);
    expect(second).toBeCloseTo(-0.5, 6);
  });

  test('delays low frequencies by 4 samples where linear phase takes 55', () => {
    expect(groupDelayAt(taps, 0.03)).toBeCloseTo(55, 6);
    expect(groupDelayAt(early, 0.03)).toBeLessThan(4);
  });
});
