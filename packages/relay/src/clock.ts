// This file defines time as the relay sees it: injected, so that tests move it.

/** Monotonic time and timers for waits, and the time of day for what expires. Structural. */
export interface RelayClock {
  /** Now, in ms; only differences mean anything. */
  nowMs(): number;
  /** Now, in ms since 1970, as `Date.now` gives it. */
  nowEpochMs(): number;
  /** Calls `fn` once, at least `ms` from now. */
  setTimer(ms: number, fn: () => void): unknown;
  /** Cancels a timer; harmless when it has fired. */
  clearTimer(timer: unknown): void;
}
