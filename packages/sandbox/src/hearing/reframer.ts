// This file cuts a stream of samples that comes in blocks of any length into frames of one length.

/** Holds what does not fill a frame yet. */
export class Reframer {
  readonly #onFrame: (frame: Int16Array) => void;
  readonly #part: Int16Array;
  #partSamples = 0;

  /** @param onFrame Given each frame in turn; it is valid during the call only. */
  constructor(frameSamples: number, onFrame: (frame: Int16Array) => void) {
    this.#onFrame = onFrame;
    this.#part = new Int16Array(frameSamples);
  }

  push(block: Int16Array): void {
    const frameSamples = this.#part.length;
    // Nearly always: a view per frame would be work for the garbage collector.
    if (block.length === frameSamples && this.#partSamples === 0) return this.#onFrame(block);
    for (let at = 0; at < block.length;) {
      const count = Math.min(frameSamples - this.#partSamples, block.length - at);
      const piece = block.subarray(at, at + count);
      at += count;
      if (count === frameSamples) {
        this.#onFrame(piece);
        continue;
      }
      this.#part.set(piece, this.#partSamples);
      this.#partSamples += count;
      if (this.#partSamples === frameSamples) this.flush();
    }
  }

  /** Hands out what is left, as a frame that may be shorter. */
  flush(): void {
    if (this.#partSamples === 0) return;
    const frame = this.#part.subarray(0, this.#partSamples);
    this.#partSamples = 0;
    this.#onFrame(frame);
  }
}
