// This file keeps a stream of messages below a vendor's rate limit, exactly: no window of its length holds too many.
import type { MessageRateLimit } from './capabilities.ts';

/** Counts messages against one limit. Reads no clock: times are arguments, in ms on any clock that does not go back. */
export class MessageRateLimiter {
  readonly #windowMs: number;
  /** When the last messages were sent, as a ring. */
  readonly #sentMs: Float64Array;
  /** Place of the oldest, which is overwritten next. */
  #oldest = 0;

  constructor({ messageCount, windowMs }: MessageRateLimit) {
    this.#windowMs = windowMs;
    this.#sentMs = new Float64Array(messageCount).fill(Number.NEGATIVE_INFINITY);
  }

  /** How long the next message has to wait, in ms; 0 when it may be sent now. */
  delayMs(nowMs: number): number {
    // A message leaves the window when it is exactly as old as the window is long.
    const freeMs = (this.#sentMs[this.#oldest] ?? Number.NEGATIVE_INFINITY) + this.#windowMs;
    return Math.max(0, freeMs - nowMs);
  }

  /** A message was sent. Count every one, also those that were sent without asking. Allocates nothing. */
  record(nowMs: number): void {
    this.#sentMs[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % this.#sentMs.length;
  }
}
