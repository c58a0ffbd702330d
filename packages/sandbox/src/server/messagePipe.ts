// This file is one direction of a connection on the injected clock: a queue that delivers in order, each item when it is due.
import type { Clock } from '../clock.ts';

interface Parcel {
  readonly dueMs: number;
  readonly sizeBytes: number;
  deliver(): void;
}

/** What keeping one item costs beside its bytes, about: without it, empty messages would cost nothing. */
const PARCEL_BYTES = 256;
/** Delivered in one turn of the event loop, at most: some milliseconds. The others are a little late. */
const MAX_PARCELS_PER_TURN = 500;
/** Delivered items that stay in the list until they are half of it: taking them out moves all the others. */
const MIN_DELIVERED_COUNT = 1024;

/** First in, first out; one timer for all that is under way. */
export class MessagePipe {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #parcels: (Parcel | undefined)[] = [];
  /** Those before it are delivered. */
  #head = 0;
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

  /** About what that takes up in memory, in bytes. */
  get heldMemoryBytes(): number {
    return this.#heldBytes + PARCEL_BYTES * this.#count;
  }

  /** True when nothing is under way. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get #count(): number {
    return this.#parcels.length - this.#head;
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
    this.#head = 0;
    this.#heldBytes = 0;
    if (this.#isArmed) this.#clock.clearTimer(this.#timer);
    this.#isArmed = false;
  }

  #arm(): void {
    const next = this.#parcels[this.#head];
    if (next === undefined || this.#isArmed || this.#isHeld) return;
    this.#isArmed = true;
    this.#timer = this.#clock.setTimer(Math.max(0, next.dueMs - this.#clock.nowMs()), () => this.#run());
  }

  #run(): void {
    const nowMs = this.#clock.nowMs();
    // Counted before: what a delivery pushes comes with the next timer, never within this one.
    let dueCount = 0;
    const mostCount = Math.min(this.#count, MAX_PARCELS_PER_TURN);
    while (dueCount < mostCount && (this.#parcels[this.#head + dueCount]?.dueMs ?? 0) <= nowMs) dueCount++;
    // A delivery may make the far end stop reading, or forget everything.
    for (; dueCount > 0 && !this.#isHeld; dueCount--) this.#deliver(this.#take());
    this.#isArmed = false;
    this.#arm();
  }

  #take(): Parcel | undefined {
    const parcel = this.#parcels[this.#head];
    if (parcel === undefined) return undefined;
    this.#parcels[this.#head] = undefined;
    this.#head += 1;
    if (this.#isEmptyOrHalfDelivered()) {
      this.#parcels.splice(0, this.#head);
      this.#head = 0;
    }
    return parcel;
  }

  #isEmptyOrHalfDelivered(): boolean {
    return this.isEmpty || (this.#head >= MIN_DELIVERED_COUNT && this.#head >= this.#count);
  }

  #deliver(parcel: Parcel | undefined): void {
    if (parcel === undefined) return;
    this.#heldBytes -= parcel.sizeBytes;
    parcel.deliver();
  }
}
