import { describe, expect, test } from 'vitest';
import { contrastRatio } from './contrast.ts';

describe('contrastRatio', () => {
  test('is 21 for black on white and 1 for a colour on itself', () => {
    expect(contrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
    expect(contrastRatio([18, 52, 86], [18, 52, 86])).toBe(1);
  });

  test('tells the two greys on white apart between which 4.5 lies', () => {
    expect(contrastRatio([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
    expect(contrastRatio([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });

  test('does not care which is in front', () => {
    expect(contrastRatio([200, 30, 30], [10, 20, 30])).toBe(contrastRatio([10, 20, 30], [200, 30, 30]));
  });
});
