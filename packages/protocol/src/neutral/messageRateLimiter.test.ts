// This file checks the rate limiter against the definition: count what lies in each window.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageRateLimiter } from './messageRateLimiter.ts';

/** The most messages in any window that ends at a message, by counting. */
function maxCountInWindow(sentMs: readonly number[], windowMs: number): number {
  return Math.max(0, ...sentMs.map((endMs) => sentMs.filter((at) => at > endMs - windowMs && at <= endMs).length));
}

/** Sends whenever it may, and otherwise waits as long as it is told. */
function sendGreedily(limiter: MessageRateLimiter, arrivalGapsMs: readonly number[]): readonly number[] {
  const sentMs: number[] = [];
  let nowMs = 0;
  for (const gapMs of arrivalGapsMs) {
    nowMs += gapMs;
    nowMs += limiter.delayMs(nowMs);
    limiter.record(nowMs);
    sentMs.push(nowMs);
  }
  return sentMs;
}

describe('MessageRateLimiter', () => {
  test('lets 1150 messages go at once, and the next one 60 s after the first', () => {
    const limiter = new MessageRateLimiter({ messageCount: 1150, windowMs: 60_000 });
    for (let count = 0; count < 1150; count++) {
      expect(limiter.delayMs(1000)).toBe(0);
      limiter.record(1000);
    }
    expect(limiter.delayMs(1000)).toBe(60_000);
    expect(limiter.delayMs(60_999)).toBe(1);
    expect(limiter.delayMs(61_000)).toBe(0);
  });

  test('never holds up messages of 60 ms and a keep-alive every second', () => {
    const limiter = new MessageRateLimiter({ messageCount: 1150, windowMs: 60_000 });
    for (let tick = 0; tick < 10_000; tick++) {
      const nowMs = tick * 60;
      expect(limiter.delayMs(nowMs)).toBe(0);
      limiter.record(nowMs);
      if (tick % 17 === 0) limiter.record(nowMs);
    }
  });

  test('keeps every window within the limit, and fills it, for 1000 random streams', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
      (messageCount, windowMs, gapsMs) => {
        const limit = { messageCount, windowMs };
        expect(maxCountInWindow(sendGreedily(new MessageRateLimiter(limit), gapsMs), windowMs)).toBeLessThanOrEqual(
          messageCount,
        );
        const rush = sendGreedily(
          new MessageRateLimiter(limit),
          Array.from({ length: 20 }, () => 0),
        );
        expect(maxCountInWindow(rush, windowMs)).toBe(messageCount);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  test('maxCountInWindow counts a window of 10 ms as one that excludes its start', () => {
    expect(maxCountInWindow([0, 9, 10], 10)).toBe(2);
    expect(maxCountInWindow([0, 9, 9], 10)).toBe(3);
  });
});
