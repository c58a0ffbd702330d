import { describe, expect, test } from 'vitest';
import { reduceRatio } from '../sampleRates.ts';
import { BALANCED, designPolyphaseFilter, designPrototype } from './polyphaseFilter.ts';

describe('polyphase filter', () => {
  test.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [16_000, 44_100],
    [16_000, 48_000],
    [192_000, 8000],
  ])(
    '%i to %i Hz: rows sum to 1 within 1e-6, hold a multiple of 16 taps, and delay by whole output samples',
    (from, to) => {
      const ratio = reduceRatio(from, to);
      const { rows, rowCount, tapCount, groupDelaySamples } = designPolyphaseFilter(ratio, BALANCED);
      expect(rowCount).toBe(ratio.up);
      expect(rows.length).toBe(rowCount * tapCount);
      expect(tapCount % 16).toBe(0);
      expect(Number.isInteger(groupDelaySamples)).toBe(true);
      for (let row = 0; row < rowCount; row++) {
        const sum = rows.subarray(row * tapCount, (row + 1) * tapCount).reduce((total, tap) => total + tap, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }
    },
  );

  test('the prototype is symmetric about its centre and ends at its half-length', () => {
    const { halfLength, impulseAt } = designPrototype({ up: 160, down: 441 }, BALANCED);
    for (const offset of [1, 17, 441, halfLength]) expect(impulseAt(-offset)).toBe(impulseAt(offset));
    expect(impulseAt(halfLength + 1)).toBe(0);
    expect(impulseAt(0)).toBeGreaterThan(impulseAt(1));
  });

  test('delays by 29 samples at the lower rate, whichever side that is on', () => {
    const delayOf = (from: number, to: number) =>
      designPolyphaseFilter(reduceRatio(from, to), BALANCED).groupDelaySamples;
    expect(delayOf(48_000, 16_000)).toBe(29);
    expect(delayOf(44_100, 16_000)).toBe(29);
    expect(delayOf(16_000, 48_000)).toBe(86);
  });
});
