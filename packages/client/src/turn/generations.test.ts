import { describe, expect, test } from 'vitest';
import { Generations } from './generations.ts';

const BY_GAP = { kind: 'none', arrivalGapMs: 300 } as const;

describe('Generations without a key on the wire', () => {
  test('all audio is alive until an interruption', () => {
    const generations = new Generations(BY_GAP);
    expect([0, 20, 40].map((ms) => generations.isAlive(ms))).toEqual([true, true, true]);
  });

  test('after an interruption the reply stays dead while it keeps arriving, and the next lives after a gap of 300 ms', () => {
    const generations = new Generations(BY_GAP);
    generations.isAlive(0);
    generations.interrupt(10);
    expect([20, 319, 618].map((ms) => generations.isAlive(ms))).toEqual([false, false, false]);
    expect(generations.isAlive(918)).toBe(true);
    expect(generations.isAlive(938)).toBe(true);
  });

  test('an interruption while nothing arrives kills nothing', () => {
    const generations = new Generations(BY_GAP);
    generations.isAlive(0);
    generations.interrupt(300);
    expect(generations.isAlive(310)).toBe(true);
  });
});
