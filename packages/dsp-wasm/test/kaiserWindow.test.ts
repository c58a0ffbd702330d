import { describe, expect, test } from 'vitest';
import { kaiserWeight } from './reference/kaiserWindow.ts';

describe('Kaiser window', () => {
  test('weighs 1 in the middle, 1/I0(beta) at the ends, 0 beyond, and the same on both sides', () => {
    // I0(8) = 427.56411572 (Abramowitz and Stegun, table 9.11, from e^-x·I0(x) = 0.1434317818).
    expect(kaiserWeight(0, 8)).toBe(1);
    expect(1 / kaiserWeight(1, 8)).toBeCloseTo(427.564_115_72, 6);
    expect(kaiserWeight(1.001, 8)).toBe(0);
    expect(kaiserWeight(-0.3, 8)).toBe(kaiserWeight(0.3, 8));
  });
});
