import { describe, expect, test } from 'vitest';
import { TestClock } from '../../test/relayClock.ts';
import { UsedTokenMemory } from './usedTokens.ts';

const LIFE_MS = 60_000;

describe('UsedTokenMemory', () => {
  test('30,000 tokens at 100 a second: never more than 12,002 are held, and none is let in again while it is good', () => {
    const clock = new TestClock();
    const memory = new UsedTokenMemory(clock);
    let most = 0;
    let faultCount = 0;
    for (let i = 0; i < 30_000; i++) {
      if (!memory.claim(`id-${i}`, clock.nowEpochMs() + LIFE_MS)) faultCount++;
      // One of the tokens that have not expired yet, the oldest at times.
      const again = Math.max(0, i - (i % 6_000));
      if (memory.claim(`id-${again}`, clock.nowEpochMs() + LIFE_MS)) faultCount++;
      most = Math.max(most, memory.count);
      clock.advanceMs(10);
    }
    expect(faultCount).toBe(0);
    expect(most).toBeGreaterThan(6_000);
    expect(most).toBeLessThanOrEqual(12_002);
  });

  test('full of tokens that are still good it takes none, and goes on when they have expired', () => {
    const clock = new TestClock();
    const memory = new UsedTokenMemory(clock, 3);
    const claim = (id: string): boolean => memory.claim(id, clock.nowEpochMs() + LIFE_MS);
    expect(['a', 'b', 'c', 'd'].map(claim)).toEqual([true, true, true, false]);
    expect(claim('a')).toBe(false);
    clock.advanceMs(LIFE_MS);
    expect(claim('d')).toBe(true);
    expect(memory.count).toBe(1);
  });
});
