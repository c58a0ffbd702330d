// This file is one direction of a connection in memory: a queue that delivers in order, each item after a fixed delay.
import type { Clock } from '../clock.ts';

interface Parcel {
  readonly dueMs: number;
  deliver(): void;
}

/** First in, first out; one timer for all that is under way. */
export class MemoryPipe {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #parcels: Parcel[] = [];
  #isArmed = false;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** Calls `deliver` after the delay, and after everything pushed before. Never during the call. */
  push(deliver: () => void): void {
    this.#parcels.push({ dueMs: this.#clock.nowMs() + this.#delayMs, deliver });
    this.#arm();
  }

  #arm(): void {
    const [next] = this.#parcels;
    if (next === undefined || this.#isArmed) return;
    this.#isArmed = true;
    this.#clock.setTimer(Math.max(0, next.dueMs - this.#clock.nowMs()), () => this.#run());
  }

  #run(): void {
    const nowMs = this.#clock.nowMs();
    const count = this.#parcels.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#parcels.splice(0, count < 0 ? this.#parcels.length : count);
    // Armed only afterwards: what a delivery pushes comes with the next timer, never within this one.
    for (const parcel of due) parcel.deliver();
    this.#isArmed = false;
    this.#arm();
  }
}
