// This file carries messages one way: in order, kept until the other side is open, and held back where it is slow.
import type { RelaySocket } from './relaySocket.ts';

/** How much one direction may hold. */
export interface PipeLimits {
  /** Bytes held beyond which the source is not read. */
  readonly highWaterBytes: number;
  /** Bytes held below which it is read again. */
  readonly lowWaterBytes: number;
}

/** Ours: two seconds of 1 Mbit/s, far above what speech needs, so that only a target that does not read gets there. */
export const DEFAULT_PIPE_LIMITS: PipeLimits = { highWaterBytes: 262_144, lowWaterBytes: 65_536 };

/** What a message costs beside its bytes, so that empty ones count too. */
const MESSAGE_COST_BYTES = 64;

/** A message that waits for the other side. */
export interface Waiting {
  readonly bytes: Uint8Array;
  readonly isBinary: boolean;
}

/** Where messages go. */
export type PipeTarget = Pick<RelaySocket, 'send' | 'bufferedAmountBytes'>;

/** One direction of a bridge. */
export class Pipe {
  private target: PipeTarget | undefined;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private isHolding = false;
  private onDrained: (() => void) | undefined;
  private carried = { messageCount: 0, bytes: 0 };

  constructor(
    private readonly source: Pick<RelaySocket, 'pause' | 'resume'>,
    private readonly limits: PipeLimits,
    private readonly onProgress: () => void,
  ) {}

  /** What went in so far. */
  get counters(): { readonly messageCount: number; readonly bytes: number } {
    return this.carried;
  }

  /** Bytes that are on their way through this process. */
  get heldBytes(): number {
    return this.waitingBytes + (this.target?.bufferedAmountBytes ?? 0);
  }

  /** True while the source is not read because the target is slow, or not there yet. */
  get isHoldingBack(): boolean {
    return this.isHolding;
  }

  /** What waits for a target, in order. */
  get waitingMessages(): readonly Waiting[] {
    return this.waiting;
  }

  push(bytes: Uint8Array, isBinary: boolean): void {
    this.carried = { messageCount: this.carried.messageCount + 1, bytes: this.carried.bytes + bytes.length };
    if (this.target === undefined) {
      this.waiting.push({ bytes, isBinary });
      this.waitingBytes += bytes.length + MESSAGE_COST_BYTES;
    } else {
      this.target.send(bytes, isBinary, this.onSent);
    }
    this.regulate();
  }

  /** From now on messages go to `target`, those that waited first. */
  connect(target: PipeTarget): void {
    this.target = target;
    const { waiting } = this;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const { bytes, isBinary } of waiting) target.send(bytes, isBinary, this.onSent);
    this.regulate();
  }

  /** Calls `fn` once, when nothing is on its way any more: now, or later. */
  whenDrained(fn: () => void): void {
    if (this.heldBytes === 0) fn();
    else this.onDrained = fn;
  }

  /** Forgets what waits and lets the source be: it is closing. */
  drop(): void {
    this.waiting = [];
    this.waitingBytes = 0;
    // A paused socket would not see the answer to its close.
    if (this.isHolding) this.source.resume();
    this.isHolding = false;
  }

  private readonly onSent = (): void => {
    this.onProgress();
    this.regulate();
    if (this.onDrained === undefined || this.heldBytes > 0) return;
    this.onDrained();
    this.onDrained = undefined;
  };

  private regulate(): void {
    const { heldBytes } = this;
    if (!this.isHolding && heldBytes > this.limits.highWaterBytes) {
      this.isHolding = true;
      this.source.pause();
    } else if (this.isHolding && heldBytes <= this.limits.lowWaterBytes) {
      this.isHolding = false;
      this.source.resume();
    }
  }
}
