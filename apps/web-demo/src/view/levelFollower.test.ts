import { describe, expect, test } from 'vitest';
import { LevelFollower } from './levelFollower.ts';

const BALLISTICS = { attackMs: 25, releaseMs: 220 };

function followFor(
  follower: LevelFollower,
  target: number,
  fromMs: number,
  durationMs: number,
  stepMs: number,
): number {
  let level = 0;
  for (let atMs = fromMs; atMs <= fromMs + durationMs; atMs += stepMs) level = follower.follow(target, atMs);
  return level;
}

describe('LevelFollower', () => {
  test('covers 63 % of a rise in 25 ms and of a fall in 220 ms', () => {
    const follower = new LevelFollower(BALLISTICS);
    follower.follow(0, 0);
    expect(follower.follow(1, 25)).toBeCloseTo(1 - Math.exp(-1), 6);
    const peak = follower.follow(1, 1000);
    expect(follower.follow(0, 1220)).toBeCloseTo(peak * Math.exp(-1), 6);
  });

  test('shows the same after 200 ms at 60 and at 20 frames per second', () => {
    const fast = new LevelFollower(BALLISTICS);
    const slow = new LevelFollower(BALLISTICS);
    expect(followFor(fast, 0.7, 0, 200, 10)).toBeCloseTo(followFor(slow, 0.7, 0, 200, 50), 6);
  });

  test('comes to rest at exactly 0 within 2 s of silence', () => {
    const follower = new LevelFollower(BALLISTICS);
    followFor(follower, 1, 0, 500, 16);
    expect(followFor(follower, 0, 500, 2000, 16)).toBe(0);
  });

  test('a clock that steps back 100 ms moves nothing', () => {
    const follower = new LevelFollower(BALLISTICS);
    follower.follow(1, 1000);
    const level = follower.follow(1, 1100);
    expect(follower.follow(1, 1000)).toBe(level);
  });

  test('jumps without a way in between', () => {
    const follower = new LevelFollower(BALLISTICS);
    expect(follower.jump(0.8, 0)).toBe(0.8);
    expect(follower.jump(0, 1)).toBe(0);
  });
});
