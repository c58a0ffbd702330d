import { describe, expect, test } from 'vitest';
import { createRandom, forkRandom, pick, randomId } from './random.ts';

const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe('createRandom', () => {
  test('repeats with its seed and differs between neighbouring seeds', () => {
    expect(draw(7, 5)).toEqual(draw(7, 5));
    expect(draw(7, 5)).not.toEqual(draw(8, 5));
  });

  test('100,000 draws lie in [0, 1), their mean within 0.5 ± 0.005 (seed 1)', () => {
    const draws = draw(1, 100_000);
    expect(Math.min(...draws.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(draws.every((x) => x < 1)).toBe(true);
    expect(draws.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(0.5, 2);
  });

  test('a fork does not shift the draws of its parent by more than the one that seeded it', () => {
    const parent = createRandom(3);
    const fork = forkRandom(parent);
    for (let i = 0; i < 10; i++) fork();
    expect(parent()).toBe(draw(3, 2)[1]);
  });

  test('10,000 ids of 12 characters are all different, and hold no letter that is easily mistaken', () => {
    const random = createRandom(4);
    const ids = Array.from({ length: 10_000 }, () => randomId(random, 12));
    expect(new Set(ids).size).toBe(10_000);
    expect(ids.every((id) => /^[a-km-np-z2-9]{12}$/.test(id))).toBe(true);
  });

  test('picks every element of a list of 3 within 100 draws (seed 5)', () => {
    const random = createRandom(5);
    expect(new Set(Array.from({ length: 100 }, () => pick(random, ['a', 'b', 'c']))).size).toBe(3);
  });
});
