// This file is one direction of a connection on the injected clock: a queue that delivers in order, each item when it is due.
import type { Clock } from '../clock.ts';

interface Parcel {
  readonly dueMs: number;
  readonly sizeBytes: number;
  deliver(): void;
}

/** First in, first out; one timer for all that is under way. */
export class MessagePipe {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #parcels: Parcel[] = [];
  #timer: unknown;
  #isArmed = false;
  #isHeld = false;
  #heldBytes = 0;

  /** @param delayMs Of items that are pushed without a time of their own. */
  constructor(clock: Clock, delayMs = 0) {
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

  /** True when nothing is under way. */
  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  /**
   * Calls `deliver` when it is due, and after everything pushed before. Never during the call.
   *
   * @param dueMs Default: now and the pipe's delay.
   */
  push(deliver: () => void, sizeBytes = 0, dueMs = this.#clock.nowMs() + this.#delayMs): void {
    this.#heldBytes += sizeBytes;
    this.#parcels.push({ dueMs, sizeBytes, deliver });
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

  /** Forgets what is under way. */
  clear(): void {
    this.#parcels.length = 0;
    this.#heldBytes = 0;
    if (this.#isArmed) this.#clock.clearTimer(this.#timer);
    this.#isArmed = false;
  }

  #arm(): void {
    const [next] = this.#parcels;
    if (next === undefined || this.#isArmed || this.#isHeld) return;
    this.#isArmed = true;
    this.#timer = this.#clock.setTimer(Math.max(0, next.dueMs - this.#clock.nowMs()), () => this.#run());
  }

  #run(): void {
    const nowMs = this.#clock.nowMs();
    const laterIndex = this.#parcels.findIndex(({ dueMs }) => dueMs > nowMs);
    // Counted before: what a delivery pushes comes with the next timer, never within this one.
    let dueCount = laterIndex < 0 ? this.#parcels.length : laterIndex;
    // A delivery may make the far end stop reading, or forget everything.
    for (; dueCount > 0 && !this.#isHeld; dueCount--) this.#deliver(this.#parcels.shift());
    this.#isArmed = false;
    this.#arm();
  }

  #deliver(parcel: Parcel | undefined): void {
    if (parcel === undefined) return;
    this.#heldBytes -= parcel.sizeBytes;
    parcel.deliver();
  }
}
