import { describe, expect, test } from 'vitest';
import { estimateMedianRatio } from './ratioInterval.ts';
import { createSeededRandom } from './seededRandom.ts';

/** Latencies around 700 ms with a spread of about 40 ms. */
function makeLatencies(random: () => number, n: number, factor = 1): number[] {
  return Array.from({ length: n }, () => (680 + 40 * (random() + random() - random())) * factor);
}

describe('estimateMedianRatio', () => {
  test('gives the same interval for the same seed', () => {
    const values = makeLatencies(createSeededRandom(3), 30);
    const other = makeLatencies(createSeededRandom(4), 30);
    expect(estimateMedianRatio(values, other, 9)).toEqual(estimateMedianRatio(values, other, 9));
  });

  test('finds a slow-down of 10 % with 20 values on each side, in 20 of 20 pairs', () => {
    const random = createSeededRandom(5);
    for (let i = 0; i < 20; i++) {
      const { ratio, low } = estimateMedianRatio(makeLatencies(random, 20), makeLatencies(random, 20, 1.1), i);
      expect(low, `pair ${i}`).toBeGreaterThan(1);
      expect(Math.abs(ratio - 1.1), `pair ${i}`).toBeLessThan(0.05);
    }
  });

  test('holds 1 in at least 36 of 40 pairs that do not differ', () => {
    const random = createSeededRandom(6);
    let held = 0;
    for (let i = 0; i < 40; i++) {
      const { low, high } = estimateMedianRatio(makeLatencies(random, 20), makeLatencies(random, 20), i);
      if (low <= 1 && 1 <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(36);
  });

  test('a median that became infinite is infinitely slower; two infinite or two zero medians are equal', () => {
    const dead = [Infinity, Infinity, Infinity];
    expect(estimateMedianRatio([1, 2, 3], dead).ratio).toBe(Infinity);
    expect(estimateMedianRatio(dead, dead)).toEqual({ ratio: 1, low: 1, high: 1 });
    expect(estimateMedianRatio([0, 0], [0, 0])).toEqual({ ratio: 1, low: 1, high: 1 });
  });
});
