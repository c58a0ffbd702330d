import { expect, test } from 'vitest';
import { assertFlat, slopeOf } from './slope.ts';

const series = (values: readonly number[]) => values.map((value, i) => ({ at: i * 10, value }));

test('a line of 3 per 10 has a slope of 0.3, whatever noise cancels out', () => {
  expect(slopeOf(series([5, 8, 11, 14, 17]))).toBeCloseTo(0.3, 12);
  expect(slopeOf(series([1, -1, -1, 1]))).toBeCloseTo(0, 12);
});

test('what grows is found out, what shrinks or stands still is not, and three measurements are too few', () => {
  expect(() => assertFlat('heap', series([0, 10, 20, 30]), 0.9, 'bytes per cycle')).toThrow('slope of heap');
  expect(assertFlat('heap', series([30, 20, 10, 0]), 0, 'bytes per cycle')).toBeCloseTo(-1, 12);
  expect(() => assertFlat('heap', series([0, 0, 0]), 1, 'bytes per cycle')).toThrow('3 measurements');
});
