import { describe, expect, test } from 'vitest';
import { percentileOf, sortAscending } from './percentile.ts';

describe('percentileOf', () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  test.each([
    [0, 1],
    [0.05, 1],
    [0.5, 5],
    [0.51, 6],
    [0.9, 9],
    [0.95, 10],
    [0.99, 10],
    [1, 10],
  ])('share %d of 1…10 is %d, by nearest rank', (share, expected) => {
    expect(percentileOf(ten, share)).toBe(expected);
  });

  test('every percentile of one value is that value', () => {
    expect([0, 0.5, 0.99, 1].map((share) => percentileOf([7], share))).toEqual([7, 7, 7, 7]);
  });

  test.each(['0.9', '0.95', '0.99'])('share %s of n values has rank ceil(share · n) for n = 1…1000', (text) => {
    const [, digits = ''] = text.split('.');
    const scale = 10 ** digits.length;
    for (let n = 1; n <= 1000; n++) {
      const sorted = Array.from({ length: n }, (_, i) => i + 1);
      // In whole numbers, where nothing is rounded.
      expect(percentileOf(sorted, Number(text)), `n = ${n}`).toBe(Math.ceil((Number(digits) * n) / scale));
    }
  });

  test('2 failed turns of 10 leave p50 finite and make p90 infinite', () => {
    const sorted = sortAscending([Infinity, 3, 1, 2, Infinity, 5, 4, 8, 7, 6]);
    expect(sorted.slice(-3)).toEqual([8, Infinity, Infinity]);
    expect(percentileOf(sorted, 0.5)).toBe(5);
    expect(percentileOf(sorted, 0.8)).toBe(8);
    expect(percentileOf(sorted, 0.9)).toBe(Infinity);
  });
});
