// This file counts a client's messages against the rate limit, in the three ways in which a server may mean it.
import { LIMITS } from '@voicewire/protocol/amigo';

const WINDOW_MS = 60_000;
const BUCKET_PER_S = LIMITS.messagesPerMinute / 60;
/** Messages that the bucket lets through at once. */
const BUCKET_SIZE = 40;

/** `sliding`: any 60 s. `fixed`: each minute from the first message on. `bucket`: 20 a second, 40 at once. */
export type RateWindow = 'sliding' | 'fixed' | 'bucket';

/** Counts one connection's messages. */
export interface RateCounter {
  /** One message. @returns False when it is one too many; it counts all the same. */
  count(nowMs: number): boolean;
}

/** Creates a counter; none of them grows with what a client sends. */
export function createRateCounter(window: RateWindow): RateCounter {
  switch (window) {
    case 'sliding':
      return new SlidingCounter();
    case 'fixed':
      return new FixedCounter();
    case 'bucket':
      return new BucketCounter();
  }
}

/** Keeps the times of the last 1200 messages, in a ring that grows with the first ones. */
class SlidingCounter implements RateCounter {
  readonly #times: number[] = [];
  #oldest = 0;

  count(nowMs: number): boolean {
    if (this.#times.length < LIMITS.messagesPerMinute) {
      this.#times.push(nowMs);
      return true;
    }
    const passed = nowMs - (this.#times[this.#oldest] ?? nowMs) >= WINDOW_MS;
    this.#times[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % LIMITS.messagesPerMinute;
    return passed;
  }
}

class FixedCounter implements RateCounter {
  #startMs = Number.NEGATIVE_INFINITY;
  #seen = 0;

  count(nowMs: number): boolean {
    if (nowMs - this.#startMs >= WINDOW_MS) {
      this.#startMs = nowMs;
      this.#seen = 0;
    }
    this.#seen += 1;
    return this.#seen <= LIMITS.messagesPerMinute;
  }
}

class BucketCounter implements RateCounter {
  #tokens = BUCKET_SIZE;
  #atMs: number | undefined;

  count(nowMs: number): boolean {
    const elapsedMs = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(BUCKET_SIZE, this.#tokens + (elapsedMs / 1000) * BUCKET_PER_S);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
