// This file defines the session clock: every wait and every time stamp of the engine goes through it.

/** Monotonic time and timers. Timers fire in order of their due time, never inside `setTimer`. */
export interface Clock {
  /** Milliseconds on a monotonic time line; only differences mean something. */
  nowMs(): number;
  setTimer(delayMs: number, fire: () => void): unknown;
  /** Harmless for a timer that has fired. */
  clearTimer(timer: unknown): void;
}
