// This file keeps the latest frames of one connection, two numbers each. As objects, the frames of a thousand sessions that
// hear speech would be 50,000 a second, each kept for 40 s: work for the garbage collector that everyone would hear.
import type { FrameRecord } from './records.ts';

const FIRST_CAPACITY = 16;
/** Of a frame: its time, and its kind and size as one. */
const NUMBERS_PER_FRAME = 2;
/** Kinds that can be told apart in one number with the size. Twice the longest log, so that there is always room. */
const MAX_KINDS = 4096;

/** What frames have in common but for time and size. There are few, unless a client makes up types. */
type FrameKind = Omit<FrameRecord, 'atMs' | 'sizeBytes'>;

/** A ring of the last `capacity` frames; it takes room as it needs it. */
export class FrameLog {
  readonly #capacity: number;
  #numbers = new Float64Array(NUMBERS_PER_FRAME * FIRST_CAPACITY);
  #kinds: FrameKind[] = [];
  /** Which of them the latest frame of each direction was. */
  readonly #latestKind = { in: -1, out: -1 };
  #count = 0;
  #next = 0;

  /** @param capacity In frames, at most 2048. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(frame: FrameRecord): void {
    const at = NUMBERS_PER_FRAME * this.#next;
    if (at === this.#numbers.length) this.#grow();
    this.#numbers[at] = frame.atMs;
    this.#numbers[at + 1] = frame.sizeBytes * MAX_KINDS + this.#kindOf(frame);
    this.#next = (this.#next + 1) % this.#capacity;
    this.#count = Math.min(this.#count + 1, this.#capacity);
  }

  /** What is kept, oldest first; a fresh array. */
  toArray(): FrameRecord[] {
    const oldest = this.#count < this.#capacity ? 0 : this.#next;
    return Array.from({ length: this.#count }, (_, i) => this.#read((oldest + i) % this.#capacity));
  }

  #read(index: number): FrameRecord {
    const atMs = this.#numbers[NUMBERS_PER_FRAME * index] ?? 0;
    const sizeAndKind = this.#numbers[NUMBERS_PER_FRAME * index + 1] ?? 0;
    const kind = this.#kinds[sizeAndKind % MAX_KINDS];
    if (kind === undefined) throw new Error('A frame of no kind.');
    const { direction, opcode, type, stateBefore, stateAfter } = kind;
    return { atMs, direction, opcode, sizeBytes: Math.floor(sizeAndKind / MAX_KINDS), type, stateBefore, stateAfter };
  }

  #kindOf(frame: FrameRecord): number {
    const { direction } = frame;
    const latest = this.#latestKind[direction];
    if (!isKind(frame, this.#kinds[latest])) this.#latestKind[direction] = this.#findKind(frame);
    return this.#latestKind[direction];
  }

  #findKind(frame: FrameRecord): number {
    const known = this.#kinds.findIndex((kind) => isKind(frame, kind));
    if (known >= 0) return known;
    if (this.#kinds.length === MAX_KINDS) this.#forgetKinds();
    const { direction, opcode, type, stateBefore, stateAfter } = frame;
    return this.#kinds.push({ direction, opcode, type, stateBefore, stateAfter }) - 1;
  }

  /** Keeps those of frames that are kept. */
  #forgetKinds(): void {
    const kept = this.toArray();
    this.#kinds = [];
    this.#count = 0;
    this.#next = 0;
    for (const frame of kept) this.push(frame);
  }

  #grow(): void {
    const numbers = new Float64Array(NUMBERS_PER_FRAME * Math.min(2 * this.#count, this.#capacity));
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}

function isKind(frame: FrameKind, kind: FrameKind | undefined): boolean {
  return (
    kind !== undefined &&
    frame.type === kind.type &&
    frame.stateBefore === kind.stateBefore &&
    frame.stateAfter === kind.stateAfter &&
    frame.opcode === kind.opcode &&
    frame.direction === kind.direction
  );
}
