import { describe, expect, test } from 'vitest';
import { medianIntervalOf } from './medianInterval.ts';
import { createSeededRandom } from './seededRandom.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('medianIntervalOf', () => {
  // Ranks from tables of the sign test at 5 %, two-sided.
  test.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [20, 6, 15],
    [50, 18, 33],
    [100, 40, 61],
  ])('of %d values lies from the %d-th to the %d-th', (n, low, high) => {
    expect(medianIntervalOf(upTo(n))).toEqual({ low, high });
  });

  test('of 5 values or fewer does not exist', () => {
    expect([0, 1, 5].map((n) => medianIntervalOf(upTo(n)))).toEqual([null, null, null]);
  });

  test('of 5,000 values is found although 2^5000 overflows', () => {
    const interval = medianIntervalOf(upTo(5000));
    expect(interval).not.toBeNull();
    // Normal approximation: 2500 ± 1.96 · √5000 / 2 = 2500 ± 69.3.
    expect(Math.abs((interval?.low ?? 0) - 2431)).toBeLessThanOrEqual(2);
    expect(Math.abs((interval?.high ?? 0) - 2570)).toBeLessThanOrEqual(2);
  });

  test('holds the true median in at least 93 % of 1,000 samples of 15', () => {
    const seed = 41;
    const random = createSeededRandom(seed);
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      // A long tail, as latencies have; the median of u^-2 is 4.
      const interval = medianIntervalOf(Array.from({ length: 15 }, () => (1 - random()) ** -2));
      if (interval !== null && interval.low <= 4 && 4 <= interval.high) held += 1;
    }
    expect(held, `seed ${seed}`).toBeGreaterThanOrEqual(930);
    expect(held, `seed ${seed}`).toBeLessThan(1000);
  });
});
