// This file sends the pieces of a reply at a pace: the first one at once, each when those before it have had their time.
import type { Clock } from '../clock.ts';
import type { Piece } from './pieces.ts';

/** What a delivery talks to. */
export interface DeliveryPorts {
  readonly clock: Clock;
  /** 1 is real time. */
  readonly speedRatio: number;
  send(piece: Piece): void;
  /** Everything is sent, and the last piece has had its time. Not after `stop`. */
  onIdle(): void;
}

/** One reply's pieces, first in, first out. One timer while there is something to send. */
export class Delivery {
  readonly #ports: DeliveryPorts;
  #pieces: Piece[] = [];
  #next = 0;
  #dueMs: number | undefined;
  #timer: unknown;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  /** True when nothing waits and the last piece has had its time. */
  get isIdle(): boolean {
    return this.#dueMs === undefined;
  }

  push(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#pieces.push(piece);
    if (this.#dueMs !== undefined) return;
    this.#dueMs = this.#ports.clock.nowMs();
    this.#run();
  }

  /** Drops what waits. */
  stop(): void {
    this.#pieces = [];
    this.#next = 0;
    this.#dueMs = undefined;
    if (this.#timer !== undefined) this.#ports.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    // Read once: sending takes time in which more falls due, and other sessions want their turn.
    const nowMs = this.#ports.clock.nowMs();
    // Sending may stop the delivery: what is due is asked anew each time.
    while (this.#dueMs !== undefined && this.#dueMs <= nowMs) {
      const piece = this.#pieces[this.#next];
      if (piece === undefined) {
        this.stop();
        this.#ports.onIdle();
        return;
      }
      this.#next += 1;
      this.#dueMs += piece.durationMs / this.#ports.speedRatio;
      this.#ports.send(piece);
    }
    if (this.#dueMs === undefined) return;
    const waitMs = Math.max(0, this.#dueMs - this.#ports.clock.nowMs());
    this.#timer = this.#ports.clock.setTimer(waitMs, () => this.#run());
  }
}
