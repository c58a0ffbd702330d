// This file hands agent audio to the player in portions, so that the audio thread's ring stays small and a flush is cheap.

/** Kept ahead in the player's ring: more than any pause of the main thread that a conversation survives. */
const AHEAD_MS = 2_000;
/** Agent audio kept for playing at most; beyond it the newest is dropped and counted. */
const MAX_BACKLOG_MS = 600_000;
/** A portion: small enough that a flush in the ring stays cheap. */
const PORTION_MS = 100;

/** Backlog on the writing side of a player. */
export class PlayoutFeed {
  private readonly blocks: Int16Array[] = [];
  private readonly aheadSamples: number;
  private readonly maxBacklogSamples: number;
  private readonly portionSamples: number;
  private backlog = 0;
  private written = 0;
  private handedOver = 0;
  private consumed = 0;
  private overflowed = 0;

  /** @param handOver Passes a portion to the player; the array is the player's from then on. */
  constructor(
    streamSampleRate: number,
    private readonly handOver: (pcm: Int16Array) => void,
  ) {
    this.aheadSamples = (AHEAD_MS * streamSampleRate) / 1000;
    this.maxBacklogSamples = (MAX_BACKLOG_MS * streamSampleRate) / 1000;
    this.portionSamples = (PORTION_MS * streamSampleRate) / 1000;
  }

  get writtenSamples(): number {
    return this.written;
  }

  /** Samples dropped because the backlog was full. */
  get overflowedSamples(): number {
    return this.overflowed;
  }

  /** @returns False when the backlog is full and the samples were dropped. */
  write(pcm: Int16Array): boolean {
    if (this.backlog + pcm.length > this.maxBacklogSamples) {
      this.overflowed += pcm.length;
      return false;
    }
    this.written += pcm.length;
    for (let at = 0; at < pcm.length; at += this.portionSamples) {
      this.blocks.push(pcm.slice(at, at + this.portionSamples));
    }
    this.backlog += pcm.length;
    this.pump();
    return true;
  }

  /** @param consumedSamples Stream samples the player has played or dropped since the start. */
  onConsumed(consumedSamples: number): void {
    this.consumed = consumedSamples;
    this.pump();
  }

  /** Empties the backlog. @returns The samples in it, which the player has to count as dropped. */
  clear(): number {
    const cleared = this.backlog;
    this.blocks.length = 0;
    this.backlog = 0;
    this.handedOver += cleared;
    return cleared;
  }

  private pump(): void {
    while (this.blocks.length > 0 && this.handedOver - this.consumed < this.aheadSamples) {
      const block = this.blocks.shift();
      if (block === undefined) return;
      this.backlog -= block.length;
      this.handedOver += block.length;
      this.handOver(block);
    }
  }
}
