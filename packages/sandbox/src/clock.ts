// This file defines time as the sandbox sees it: every wait and every timestamp comes from an injected clock.

/** A monotonic clock with timers. Structural: a platform's timers, or a fake whose time a test moves. */
export interface Clock {
  /** Now, in ms; only differences mean anything. */
  nowMs(): number;
  /** Calls `fn` once, at least `ms` from now. Timers that are due at the same instant fire in the order they were set. */
  setTimer(ms: number, fn: () => void): unknown;
  /** Cancels a timer; harmless when it has fired. */
  clearTimer(timer: unknown): void;
}
