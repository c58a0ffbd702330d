// This file is one direction of a connection in memory: a queue that delivers in order, each item after a fixed delay.
import type { Clock } from '../clock.ts';

interface Parcel {
  readonly dueMs: number;
  readonly sizeBytes: number;
  deliver(): void;
}

/** First in, first out; one timer for all that is under way. */
export class MemoryPipe {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #parcels: Parcel[] = [];
  #isArmed = false;
  #isHeld = false;
  #heldBytes = 0;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** True while the far end does not read. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Bytes that were pushed and not delivered. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Calls `deliver` after the delay, and after everything pushed before. Never during the call. */
  push(deliver: () => void, sizeBytes = 0): void {
    this.#heldBytes += sizeBytes;
    this.#parcels.push({ dueMs: this.#clock.nowMs() + this.#delayMs, sizeBytes, deliver });
    this.#arm();
  }

  /** Delivers nothing until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#arm();
  }

  #arm(): void {
    const [next] = this.#parcels;
    if (next === undefined || this.#isArmed || this.#isHeld) return;
    this.#isArmed = true;
    this.#clock.setTimer(Math.max(0, next.dueMs - this.#clock.nowMs()), () => this.#run());
  }

  #run(): void {
    const nowMs = this.#clock.nowMs();
    const count = this.#isHeld ? 0 : this.#parcels.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#parcels.splice(0, count < 0 ? this.#parcels.length : count);
    // Armed only afterwards: what a delivery pushes comes with the next timer, never within this one.
    let delivered = 0;
    // A delivery may make the far end stop reading.
    for (; delivered < due.length && !this.#isHeld; delivered++) this.#deliver(due[delivered]);
    this.#parcels.unshift(...due.slice(delivered));
    this.#isArmed = false;
    this.#arm();
  }

  #deliver(parcel: Parcel | undefined): void {
    if (parcel === undefined) return;
    this.#heldBytes -= parcel.sizeBytes;
    parcel.deliver();
  }
}
