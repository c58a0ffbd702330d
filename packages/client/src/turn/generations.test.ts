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

  test('another connection continues nothing: its first audio lives, however soon it comes', () => {
    const generations = new Generations(BY_GAP);
    generations.isAlive(100);
    generations.interrupt(110);
    generations.restart();
    // Perhaps received before the interruption, by a connection that waited.
    expect([90, 120].map((ms) => generations.isAlive(ms))).toEqual([true, true]);
  });

  test('an interruption while nothing arrives kills nothing', () => {
    const generations = new Generations(BY_GAP);
    generations.isAlive(0);
    generations.interrupt(300);
    expect(generations.isAlive(310)).toBe(true);
  });
});

describe('Generations with a key on the wire', () => {
  const BY_ID = { kind: 'id' } as const;

  test('an interrupted reply is dead for good, whenever its audio arrives; the next one lives at once', () => {
    const generations = new Generations(BY_ID);
    expect(generations.isAlive(0, 'a')).toBe(true);
    generations.interrupt(10);
    expect(['a', 'b', 'a', 'b'].map((id, i) => generations.isAlive(20 + i * 5000, id))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('an interruption meets every reply that was received, not only the newest', () => {
    const generations = new Generations(BY_ID);
    for (const id of ['a', 'b']) generations.isAlive(0, id);
    generations.interrupt(10);
    expect(['a', 'b', 'c'].map((id) => generations.isDead(id))).toEqual([true, true, false]);
    expect(['a', 'b', 'c'].map((id) => generations.isAlive(20, id))).toEqual([false, false, true]);
  });

  test('a reply that the vendor buries is dead before its first packet', () => {
    const generations = new Generations(BY_ID);
    generations.bury('x');
    expect(generations.isAlive(0, 'x')).toBe(false);
  });

  test('the last 64 dead replies are remembered, so memory does not grow', () => {
    const generations = new Generations(BY_ID);
    for (let n = 0; n < 65; n++) generations.bury(String(n));
    expect(generations.isAlive(0, '0')).toBe(true);
    expect(generations.isAlive(0, '1')).toBe(false);
  });
});

describe('whether an interruption says anything new', () => {
  test('it does before the first reply, and not again until another reply lives', () => {
    const generations = new Generations({ kind: 'id' });
    expect(generations.isAllDead).toBe(false);
    generations.isAlive(0, 'first');
    generations.interrupt(10);
    expect(generations.isAllDead).toBe(true);
    generations.isAlive(20, 'first');
    expect(generations.isAllDead).toBe(true);
    generations.isAlive(30, 'second');
    expect(generations.isAllDead).toBe(false);
  });

  test('without names it does when something is heard again, or on another connection', () => {
    const generations = new Generations({ kind: 'none', arrivalGapMs: 300 });
    generations.isAlive(0);
    generations.interrupt(10);
    generations.isAlive(100);
    expect(generations.isAllDead).toBe(true);
    generations.isAlive(500);
    expect(generations.isAllDead).toBe(false);
    generations.interrupt(510);
    generations.restart();
    expect(generations.isAllDead).toBe(false);
  });
});
