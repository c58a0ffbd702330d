// This file keeps the latest frames of one connection in columns. As objects, the frames of a thousand sessions that hear
// speech would be 50,000 a second, each kept for 40 s: work for the garbage collector that everyone would hear.
import type { FrameRecord } from './records.ts';

const FIRST_CAPACITY = 16;
const OUT_BIT = 1;
const TEXT_BIT = 2;
/** Texts per frame: its type, the state before and the state after. */
const WORDS_PER_FRAME = 3;

/** A ring of the last `capacity` frames; it takes room as it needs it. */
export class FrameLog {
  readonly #capacity: number;
  #atMs = new Float64Array(FIRST_CAPACITY);
  #sizeBytes = new Uint32Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);
  readonly #words: string[] = [];
  #count = 0;
  #next = 0;

  /** @param capacity In frames. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push({ atMs, direction, opcode, sizeBytes, type, stateBefore, stateAfter }: FrameRecord): void {
    if (this.#count === this.#atMs.length && this.#count < this.#capacity) this.#grow();
    const at = this.#next;
    this.#next = (at + 1) % this.#capacity;
    this.#count = Math.min(this.#count + 1, this.#capacity);
    this.#atMs[at] = atMs;
    this.#sizeBytes[at] = sizeBytes;
    this.#flags[at] = (direction === 'out' ? OUT_BIT : 0) | (opcode === 'text' ? TEXT_BIT : 0);
    this.#words[WORDS_PER_FRAME * at] = type;
    this.#words[WORDS_PER_FRAME * at + 1] = stateBefore;
    this.#words[WORDS_PER_FRAME * at + 2] = stateAfter;
  }

  /** What is kept, oldest first; a fresh array. */
  toArray(): FrameRecord[] {
    const oldest = this.#count < this.#capacity ? 0 : this.#next;
    return Array.from({ length: this.#count }, (_, i) => this.#read((oldest + i) % this.#capacity));
  }

  #read(at: number): FrameRecord {
    const flags = this.#flags[at] ?? 0;
    return {
      atMs: this.#atMs[at] ?? 0,
      direction: (flags & OUT_BIT) === 0 ? 'in' : 'out',
      opcode: (flags & TEXT_BIT) === 0 ? 'binary' : 'text',
      sizeBytes: this.#sizeBytes[at] ?? 0,
      type: this.#words[WORDS_PER_FRAME * at] ?? '',
      stateBefore: this.#words[WORDS_PER_FRAME * at + 1] ?? '',
      stateAfter: this.#words[WORDS_PER_FRAME * at + 2] ?? '',
    };
  }

  #grow(): void {
    const capacity = Math.min(2 * this.#count, this.#capacity);
    const [atMs, sizeBytes, flags] = [new Float64Array(capacity), new Uint32Array(capacity), new Uint8Array(capacity)];
    atMs.set(this.#atMs);
    sizeBytes.set(this.#sizeBytes);
    flags.set(this.#flags);
    [this.#atMs, this.#sizeBytes, this.#flags] = [atMs, sizeBytes, flags];
  }
}
