import { describe, expect, test } from 'vitest';
import { createRateCounter } from './rateWindow.ts';
import type { RateWindow } from './rateWindow.ts';

/** Index of the first message of `times` that is one too many; -1 for none. */
function firstRefusal(window: RateWindow, times: readonly number[]): number {
  const counter = createRateCounter(window);
  return times.map((time) => counter.count(time)).indexOf(false);
}

const every = (gapMs: number, count: number, startMs = 0): number[] =>
  Array.from({ length: count }, (_, i) => startMs + i * gapMs);

describe('createRateCounter', () => {
  test.each(['sliding', 'fixed', 'bucket'] as const)('%s: 1000 a minute pass for ten minutes', (window) => {
    expect(firstRefusal(window, every(60, 10_000))).toBe(-1);
  });

  test.each(['sliding', 'fixed', 'bucket'] as const)('%s: exactly 1200 a minute pass', (window) => {
    expect(firstRefusal(window, every(50, 3600))).toBe(-1);
  });

  test('sliding: 1200 at once pass, and the next one 60 s later; one ms earlier it is one too many', () => {
    expect(firstRefusal('sliding', [...every(0, 1200), 60_000])).toBe(-1);
    expect(firstRefusal('sliding', [...every(0, 1200), 59_999])).toBe(1200);
  });

  test('sliding: 1200 around a full minute and 1 more are too many, which fixed minutes do not see', () => {
    const times = [0, ...every(1, 600, 59_000), ...every(1, 601, 60_000)];
    expect(firstRefusal('sliding', times)).toBe(1201);
    expect(firstRefusal('fixed', times)).toBe(-1);
  });

  test('fixed: the 1201st message of a minute is one too many', () => {
    expect(firstRefusal('fixed', every(10, 1201))).toBe(1200);
  });

  test('bucket: 40 at once, then 20 a second', () => {
    expect(firstRefusal('bucket', every(0, 41))).toBe(40);
    expect(firstRefusal('bucket', [...every(0, 40), 50, 100])).toBe(-1);
    expect(firstRefusal('bucket', [...every(0, 40), 49])).toBe(40);
  });

  test('20 ms messages are refused after 24 s by a sliding window', () => {
    expect(firstRefusal('sliding', every(20, 3000)) * 20).toBe(24_000);
  });
});
