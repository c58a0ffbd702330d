// This file makes sure that only one operation runs on a conversation, or one connection of a user on a service.
import type { Clock } from '../clock.ts';

/** The right to go on, until it is given back. */
export interface OperationHold {
  /**
   * Gives it back. Once; later calls do nothing.
   *
   * @param afterMs How long the lock stays taken all the same, in ms: a server takes a while to notice some ends.
   */
  release(afterMs?: number): void;
}

/** Free, or held by one. No timers: a lock that lingers is free when somebody asks after its time. */
export class OperationLock {
  readonly #clock: Clock;
  #holder: OperationHold | undefined;
  #freeAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while somebody works; false while it only lingers. */
  get isHeld(): boolean {
    return this.#holder !== undefined;
  }

  get isTaken(): boolean {
    return this.isHeld || this.#clock.nowMs() < this.#freeAtMs;
  }

  /** Takes it; nothing when it is taken. */
  take(): OperationHold | undefined {
    if (this.isTaken) return undefined;
    const hold: OperationHold = {
      release: (afterMs = 0) => {
        if (this.#holder !== hold) return;
        this.#holder = undefined;
        this.#freeAtMs = afterMs === 0 ? 0 : this.#clock.nowMs() + afterMs;
      },
    };
    this.#holder = hold;
    return hold;
  }
}
