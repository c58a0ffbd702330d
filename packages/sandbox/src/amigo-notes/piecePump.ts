// This file sends the pieces of a reply in the pace of speech.
import type { Clock } from '../clock.ts';
import type { TimerSet } from '../server/timerSet.ts';
import type { ReplyPiece } from './replyPieces.ts';

/** What the pump works with. */
export interface PiecePumpPorts {
  readonly clock: Clock;
  readonly timers: TimerSet;
  /** Pace; 1 is real time. */
  readonly speedRatio: number;
  /** Called from a timer, never from `push`. It may clear the pump. */
  send(piece: ReplyPiece): void;
}

/** First in, first out; each piece gives the next one its own length of time. */
export class PiecePump {
  readonly #ports: PiecePumpPorts;
  #pieces: ReplyPiece[] = [];
  /** Index of the piece that leaves next; taking it out of the list would move all the others. */
  #next = 0;
  #isArmed = false;
  /** When the next piece may leave, in ms. */
  #dueMs = 0;
  #isHurrying = false;

  constructor(ports: PiecePumpPorts) {
    this.#ports = ports;
  }

  get isEmpty(): boolean {
    return this.#next === this.#pieces.length;
  }

  push(pieces: readonly ReplyPiece[]): void {
    for (const piece of pieces) this.#pieces.push(piece);
    this.#arm();
  }

  /** Nothing leaves for `waitMs`. */
  holdBack(waitMs: number): void {
    this.#dueMs = this.#ports.clock.nowMs() + waitMs;
  }

  /** From now on pieces leave without pace. */
  hurry(): void {
    this.#isHurrying = true;
  }

  clear(): void {
    this.#pieces = [];
    this.#next = 0;
  }

  #arm(): void {
    if (this.#isArmed || this.isEmpty) return;
    this.#isArmed = true;
    this.#ports.timers.set(Math.max(0, this.#dueMs - this.#ports.clock.nowMs()), () => {
      this.#isArmed = false;
      this.#run();
    });
  }

  #run(): void {
    const { clock, speedRatio } = this.#ports;
    while (this.#dueMs <= clock.nowMs()) {
      const piece = this.#pieces[this.#next];
      if (piece === undefined) break;
      this.#next += 1;
      // Before it is sent, so that nothing is held, and the pump is empty when its last piece leaves.
      if (this.isEmpty) this.clear();
      const paceMs = this.#isHurrying ? 0 : piece.durationMs / speedRatio;
      // A late timer sends what it owes; a pause in the agent's speech owes nothing.
      this.#dueMs = Math.max(this.#dueMs, clock.nowMs() - paceMs) + paceMs;
      this.#ports.send(piece);
    }
    this.#arm();
  }
}
