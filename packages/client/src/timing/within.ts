// This file waits for a promise, but not for ever.
import type { Clock } from '../ports/clock.ts';

/** Resolves when `promise` is settled, however, or after `limitMs`; leaves no timer behind. */
export function within(clock: Clock, limitMs: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(limitMs, resolve);
    const done = (): void => {
      clock.clearTimer(timer);
      resolve();
    };
    promise.then(done, done);
  });
}
