import { describe, expect, test } from 'vitest';
import { createSeededRandom } from './seededRandom.ts';

describe('createSeededRandom', () => {
  test('the same seed gives the same 1000 draws, another seed does not', () => {
    const draws = (seed: number) => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 1000 }, () => random.next());
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  test('draws are uniform: each tenth of 100000 draws holds 10 % within 0.5 %', () => {
    const random = createSeededRandom(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) counts[random.integer(0, 9)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('gaussian draws have mean 0 and standard deviation 1 within 0.02', () => {
    const random = createSeededRandom(2);
    const values = Array.from({ length: 50_000 }, () => random.gaussian());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.02);
  });

  test('prints the seed it drew when none was given', () => {
    const lines: string[] = [];
    const random = createSeededRandom(undefined, (line) => void lines.push(line));
    expect(lines).toEqual([`seed ${random.seed}`]);
  });

  test('refuses to pick from an empty list', () => {
    expect(() => createSeededRandom(3).pick([])).toThrow('empty list');
  });
});
