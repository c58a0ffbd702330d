// This file is the session clock of Node.
import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

export const nodeClock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs, fire) => setTimeout(fire, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
