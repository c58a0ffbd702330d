import { expect, test } from 'vitest';
import { RecentLevel } from './recentLevel.ts';

test('is read once per 100 ms, and falls to -120 dB 300 ms after the latest reading', () => {
  let nowMs = 0;
  const level = new RecentLevel(() => nowMs);
  const hear = (pcm: Int16Array, count: number): void => {
    for (let frame = 0; frame < count; frame++) {
      nowMs += 20;
      level.add(pcm);
    }
  };
  const loud = new Int16Array(320).fill(16_384);
  const quiet = new Int16Array(320).fill(164);
  expect(level.db).toBe(-120);
  hear(loud, 4);
  expect(level.db).toBe(-120);
  hear(loud, 1);
  expect(level.db).toBeCloseTo(-6.02, 1);
  hear(quiet, 4);
  expect(level.db).toBeCloseTo(-6.02, 1);
  hear(quiet, 1);
  expect(level.db).toBeCloseTo(-46, 0);
  nowMs += 300;
  expect(level.db).toBeCloseTo(-46, 0);
  nowMs += 1;
  expect(level.db).toBe(-120);
});
