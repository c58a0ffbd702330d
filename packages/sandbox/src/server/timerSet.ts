// This file keeps a session's timers together, so that none outlives it.
import type { Clock } from '../clock.ts';

/** Timers that can be cleared at one stroke. */
export class TimerSet {
  readonly #clock: Clock;
  readonly #timers = new Set<unknown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(delayMs: number, act: () => void): void {
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      act();
    });
    this.#timers.add(timer);
  }

  clearAll(): void {
    for (const timer of this.#timers) this.#clock.clearTimer(timer);
    this.#timers.clear();
  }
}
