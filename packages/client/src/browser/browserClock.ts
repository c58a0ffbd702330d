// This file is the session clock of a browser.
import type { Clock } from '../ports/clock.ts';

export const browserClock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs, fire) => setTimeout(fire, delayMs),
  clearTimer: (timer) => clearTimeout(timer as number),
};
