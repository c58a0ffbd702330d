import { expect, test } from 'vitest';
import { RecentLevel } from './recentLevel.ts';

test('follows the latest 100 ms, and falls to -120 dB 300 ms after the last audio', () => {
  const level = new RecentLevel();
  expect(level.readDb(0)).toBe(-120);
  const loud = new Int16Array(320).fill(16_384);
  for (let frame = 0; frame < 5; frame++) level.add(loud, frame * 20);
  expect(level.readDb(80)).toBeCloseTo(-6.02, 1);
  const quiet = new Int16Array(320).fill(164);
  for (let frame = 5; frame < 10; frame++) level.add(quiet, frame * 20);
  expect(level.readDb(180)).toBeCloseTo(-46, 0);
  expect(level.readDb(180 + 300)).toBeCloseTo(-46, 0);
  expect(level.readDb(180 + 301)).toBe(-120);
});
