// This file keeps the latest stretch of a sample stream, addressed by position in the stream.

/** Room is taken by so many samples at a time: 0.25 s at 16 kHz. */
const BLOCK_SAMPLES = 4000;
/** What a store keeps of the room that nobody uses, in blocks: 4 MB. */
const MAX_FREE_BLOCKS = 512;

/**
 * Lends blocks to the tails of one sandbox. Room that is new for each turn is old garbage at its end: a hundred people who
 * speak to one process would have all of its heap collected every second.
 */
export class PcmStore {
  readonly #free: Int16Array[] = [];

  /** Any samples may be in it. */
  take(): Int16Array {
    return this.#free.pop() ?? new Int16Array(BLOCK_SAMPLES);
  }

  giveBack(blocks: readonly Int16Array[]): void {
    this.#free.push(...blocks.slice(0, MAX_FREE_BLOCKS - this.#free.length));
  }
}

/** The end of a stream of samples; it takes room as it needs it. */
export class PcmTail {
  readonly #store: PcmStore;
  readonly #capacitySamples: number;
  /** A ring. One block more than the capacity fills: the newest is not full yet. */
  readonly #blocks: Int16Array[] = [];
  readonly #maxBlocks: number;
  #end = 0;

  /**
   * @param capacitySamples How much of the end of the stream is kept, at most.
   * @param store Default: one of its own.
   */
  constructor(capacitySamples: number, store = new PcmStore()) {
    this.#store = store;
    this.#capacitySamples = capacitySamples;
    this.#maxBlocks = Math.ceil(capacitySamples / BLOCK_SAMPLES) + 1;
  }

  /** Position after the last sample, counted from the start of the stream. */
  get endSample(): number {
    return this.#end;
  }

  /** Position of the oldest sample that is kept. */
  get startSample(): number {
    return Math.max(0, this.#end - this.#capacitySamples);
  }

  /** Appends audio of any length, which is copied. */
  push(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length;) {
      const offset = this.#end % BLOCK_SAMPLES;
      const count = Math.min(BLOCK_SAMPLES - offset, pcm.length - at);
      // Nearly always all of it: a view per frame would be garbage.
      this.#blockAt(this.#end).set(count === pcm.length ? pcm : pcm.subarray(at, at + count), offset);
      at += count;
      this.#end += count;
    }
  }

  /** Copies the samples from `start` up to `end`, as far as they are kept. */
  slice(start: number, end: number): Int16Array {
    const from = Math.min(this.#end, Math.max(start, this.startSample));
    const to = Math.min(Math.max(end, from), this.#end);
    const copy = new Int16Array(to - from);
    for (let at = from; at < to;) {
      const offset = at % BLOCK_SAMPLES;
      const count = Math.min(BLOCK_SAMPLES - offset, to - at);
      copy.set(this.#blockAt(at).subarray(offset, offset + count), at - from);
      at += count;
    }
    return copy;
  }

  /** Gives all room back, and forgets the stream. */
  release(): void {
    this.#store.giveBack(this.#blocks);
    this.#blocks.length = 0;
    this.#end = 0;
  }

  #blockAt(position: number): Int16Array {
    const index = Math.floor(position / BLOCK_SAMPLES) % this.#maxBlocks;
    return (this.#blocks[index] ??= this.#store.take());
  }
}
