// This file is the clock of real runs: the platform's monotonic time, its timers and its time of day.
import type { RelayClock } from '../clock.ts';

/** Timers keep the process alive for as long as connections do. */
export const nodeClock: RelayClock = {
  nowMs: () => performance.now(),
  nowEpochMs: () => Date.now(),
  setTimer: (ms, fn) => setTimeout(fn, ms),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
