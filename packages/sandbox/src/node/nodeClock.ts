// This file is the clock of real runs: the platform's monotonic time and timers.
import type { Clock } from '../clock.ts';

/** Creates the clock. Timers keep the process alive; close what set them. */
export function createNodeClock(): Clock {
  return {
    nowMs: () => performance.now(),
    setTimer: (ms, fn) => setTimeout(fn, ms),
    clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}
