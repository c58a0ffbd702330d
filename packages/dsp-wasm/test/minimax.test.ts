import { describe, expect, test } from 'vitest';
import { approximate } from './reference/minimax.ts';

/** -1 to 1 in small steps, closer at the ends. */
const grid = Array.from({ length: 401 }, (_, i) => Math.cos((Math.PI * i) / 400));

describe('Remez exchange', () => {
  test('approximates x^5 by a quartic within 1/16, which Chebyshev proved to be the least possible', () => {
    const valueAt = approximate(
      grid.map((x) => ({ x, wanted: x ** 5, weight: 1 })),
      4,
    );
    const errors = grid.map((x) => x ** 5 - valueAt(x));
    expect(Math.max(...errors)).toBeCloseTo(1 / 16, 4);
    expect(Math.min(...errors)).toBeCloseTo(-1 / 16, 4);
    expect(valueAt(0.3)).toBeCloseTo((20 * 0.3 ** 3 - 5 * 0.3) / 16, 3);
  });

  test('makes the error 10 times smaller where the weight is 10 times larger', () => {
    const points = grid
      .filter((x) => x >= 0.5 || x <= -0.2)
      .map((x) => ({ x, wanted: x > 0 ? 1 : 0, weight: x > 0 ? 1 : 10 }));
    const valueAt = approximate(points, 8);
    const largest = (isUpper: boolean) =>
      Math.max(...points.filter(({ x }) => x > 0 === isUpper).map(({ x, wanted }) => Math.abs(wanted - valueAt(x))));
    expect(largest(true) / largest(false)).toBeCloseTo(10, 1);
  });

  test('gives a sum of the order asked for back within 1e-7', () => {
    const sum = (x: number) => 1 + 2 * x - 3 * x ** 3;
    const valueAt = approximate(
      grid.map((x) => ({ x, wanted: sum(x), weight: 1 })),
      3,
    );
    for (const x of grid) expect(valueAt(x)).toBeCloseTo(sum(x), 7);
  });
});
