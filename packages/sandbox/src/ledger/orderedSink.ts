// This file passes the entries of one connection on in the order of what happened: a message before all that it led to, though
// what became of it is known only afterwards.
import type { FrameRecord, LedgerEntry, LedgerSink } from './records.ts';

/** A message that is being handled. */
export type ArrivedFrame = Omit<FrameRecord, 'type' | 'stateAfter'> & {
  readonly connection: number;
  readonly frameIndex: number;
};

/** Holds entries back while a message is being handled. */
export class OrderedSink {
  readonly #sink: LedgerSink;
  #arrived: ArrivedFrame | undefined;
  #later: LedgerEntry[] = [];

  constructor(sink: LedgerSink) {
    this.#sink = sink;
  }

  pass(entry: LedgerEntry): void {
    if (this.#arrived === undefined) this.#sink(entry);
    else this.#later.push(entry);
  }

  /** A message came; `settle` follows. */
  hold(frame: ArrivedFrame): void {
    this.#arrived = frame;
  }

  /** It is handled: its entry is complete, those that it led to follow. */
  settle(type: string, stateAfter: string): void {
    if (this.#arrived === undefined) return;
    const { connection, frameIndex, atMs, direction, opcode, sizeBytes, stateBefore } = this.#arrived;
    const frame = { atMs, direction, opcode, sizeBytes, type, stateBefore, stateAfter };
    const later = this.#later;
    this.#arrived = undefined;
    this.#later = [];
    this.#sink({ kind: 'frame', connection, frameIndex, ...frame });
    for (const entry of later) this.#sink(entry);
  }
}
