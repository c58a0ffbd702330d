// This file sends the messages of sentences one after another, at a multiple of the pace of their speech.
import type { Clock } from '../clock.ts';
import type { Parcel } from './sentence.ts';
import { speechMsOf } from './sentence.ts';

/** What a delivery works with. */
export interface DeliveryPorts {
  readonly clock: Clock;
  /** 4: a second of speech leaves within 250 ms. */
  readonly speedRatio: number;
  send(parcel: Parcel): void;
  /** Everything that was pushed has left; not after `cut`. */
  onIdle(): void;
}

interface DueParcel {
  readonly parcel: Parcel;
  readonly dueMs: number;
}

/** First in, first out. */
export class Delivery {
  readonly #ports: DeliveryPorts;
  #queue: DueParcel[] = [];
  /** When the speech that was pushed so far has left. */
  #endMs = 0;
  #timer: unknown;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  /** True when nothing waits. */
  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** Sends the first at once, unless others are under way. */
  push(parcels: readonly Parcel[]): void {
    for (const parcel of parcels) {
      const dueMs = Math.max(this.#endMs, this.#ports.clock.nowMs()) + parcel.pauseMs;
      this.#queue.push({ parcel, dueMs });
      this.#endMs = dueMs + speechMsOf(parcel) / this.#ports.speedRatio;
    }
    if (this.#timer === undefined) this.#run();
  }

  /** Drops what has not left, and returns it. */
  cut(): readonly Parcel[] {
    const rest = this.#queue.map(({ parcel }) => parcel);
    this.#queue = [];
    this.#endMs = 0;
    if (this.#timer !== undefined) this.#ports.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    return rest;
  }

  #run(): void {
    const { clock } = this.#ports;
    const count = this.#queue.findIndex(({ dueMs }) => dueMs > clock.nowMs());
    const due = this.#queue.splice(0, count < 0 ? this.#queue.length : count);
    for (const { parcel } of due) this.#ports.send(parcel);
    const [next] = this.#queue;
    if (next === undefined) {
      if (due.length > 0) this.#ports.onIdle();
      return;
    }
    this.#timer = clock.setTimer(Math.max(0, next.dueMs - clock.nowMs()), () => {
      this.#timer = undefined;
      this.#run();
    });
  }
}
