// This file keeps the latest stretch of a sample stream, addressed by position in the stream.

/** First allocation, in samples (0.5 s at 16 kHz); grows to the capacity as audio comes. */
const FIRST_SAMPLES = 8000;

/** A ring over a stream of samples. */
export class PcmTail {
  readonly #capacitySamples: number;
  #ring: Int16Array;
  #end = 0;

  /** @param capacitySamples How much of the end of the stream is kept, at most. */
  constructor(capacitySamples: number) {
    this.#capacitySamples = capacitySamples;
    this.#ring = new Int16Array(Math.min(FIRST_SAMPLES, capacitySamples));
  }

  /** Position after the last sample, counted from the start of the stream. */
  get endSample(): number {
    return this.#end;
  }

  /** Position of the oldest sample that is kept. */
  get startSample(): number {
    return Math.max(0, this.#end - this.#ring.length);
  }

  /** Appends a block, which is copied and must not be longer than the capacity. */
  push(block: Int16Array): void {
    this.#reserve(this.#end + block.length);
    const at = this.#end % this.#ring.length;
    const first = Math.min(block.length, this.#ring.length - at);
    if (first === block.length) {
      this.#ring.set(block, at);
    } else {
      this.#ring.set(block.subarray(0, first), at);
      this.#ring.set(block.subarray(first), 0);
    }
    this.#end += block.length;
  }

  /** Copies the samples from `start` up to `end`, as far as they are kept. */
  slice(start: number, end: number): Int16Array {
    const from = Math.min(this.#end, Math.max(start, this.startSample));
    const to = Math.min(Math.max(end, from), this.#end);
    const copy = new Int16Array(to - from);
    const at = from % this.#ring.length;
    const first = Math.min(copy.length, this.#ring.length - at);
    copy.set(this.#ring.subarray(at, at + first));
    copy.set(this.#ring.subarray(0, copy.length - first), first);
    return copy;
  }

  /** Doubles the ring until `wanted` samples fit or the capacity is reached. Before it is full, nothing has wrapped. */
  #reserve(wanted: number): void {
    if (wanted <= this.#ring.length || this.#ring.length === this.#capacitySamples) return;
    let length = this.#ring.length;
    while (length < wanted && length < this.#capacitySamples) length = Math.min(length * 2, this.#capacitySamples);
    const grown = new Int16Array(length);
    grown.set(this.#ring.subarray(0, this.#end));
    this.#ring = grown;
  }
}
