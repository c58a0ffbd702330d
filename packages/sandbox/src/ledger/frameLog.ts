// This file keeps the latest frames of one connection, two numbers each. As objects, the frames of a thousand sessions that
// hear speech would be 50,000 a second, each kept for 40 s: work for the garbage collector that everyone would hear.
import type { FrameRecord } from './records.ts';

/** Room is taken by so many frames at a time: doubling it would have a thousand sessions copy their logs all at once. */
const FRAMES_PER_BLOCK = 256;
/** Of a frame: its time, and its kind and size as one. */
const NUMBERS_PER_FRAME = 2;
/** Kinds that can be told apart in one number with the size. Twice the longest log, so that there is always room. */
const MAX_KINDS = 4096;

/** What frames have in common but for time and size. There are few, unless a client makes up types. */
type FrameKind = Omit<FrameRecord, 'atMs' | 'sizeBytes'>;

/** A ring of the last `capacity` frames; it takes room as it needs it. */
export class FrameLog {
  readonly #capacity: number;
  readonly #blocks: Float64Array[] = [];
  /** The one that is written to: one look less per frame at memory that a thousand others have pushed out of the cache. */
  #block: Float64Array | undefined;
  #kinds: FrameKind[] = [];
  /** Which of them the latest frame of each direction was. */
  #latestIn = -1;
  #latestOut = -1;
  #count = 0;
  #next = 0;

  /** @param capacity In frames, at most 2048. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @param kind Of `kindOf`, just now: kinds are numbered anew when there are too many. */
  push(atMs: number, sizeBytes: number, kind: number): void {
    const offset = this.#next % FRAMES_PER_BLOCK;
    if (offset === 0 || this.#block === undefined)
      this.#block = this.#blocks[Math.floor(this.#next / FRAMES_PER_BLOCK)] ?? this.#grow();
    const block = this.#block;
    const at = NUMBERS_PER_FRAME * offset;
    block[at] = atMs;
    block[at + 1] = sizeBytes * MAX_KINDS + kind;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
    if (this.#count < this.#capacity) this.#count += 1;
  }

  /** The number of what frames have in common. Takes words one by one: an object per frame would be garbage. */
  kindOf(
    direction: FrameKind['direction'],
    opcode: FrameKind['opcode'],
    type: string,
    stateBefore: string,
    stateAfter: string,
  ): number {
    const latestNumber = direction === 'in' ? this.#latestIn : this.#latestOut;
    const latest = this.#kinds[latestNumber];
    const isLatest =
      latest !== undefined &&
      latest.type === type &&
      latest.stateBefore === stateBefore &&
      latest.stateAfter === stateAfter &&
      latest.opcode === opcode;
    if (isLatest) return latestNumber;
    const number = this.#findKind({ direction, opcode, type, stateBefore, stateAfter });
    if (direction === 'in') this.#latestIn = number;
    else this.#latestOut = number;
    return number;
  }

  /** What is kept, oldest first; a fresh array. */
  toArray(): FrameRecord[] {
    const oldest = this.#count < this.#capacity ? 0 : this.#next;
    return Array.from({ length: this.#count }, (_, i) => this.#read((oldest + i) % this.#capacity));
  }

  #read(index: number): FrameRecord {
    const block = this.#blocks[Math.floor(index / FRAMES_PER_BLOCK)];
    const at = NUMBERS_PER_FRAME * (index % FRAMES_PER_BLOCK);
    const atMs = block?.[at] ?? 0;
    const sizeAndKind = block?.[at + 1] ?? 0;
    const kind = this.#kinds[sizeAndKind % MAX_KINDS];
    if (kind === undefined) throw new Error('A frame of no kind.');
    const { direction, opcode, type, stateBefore, stateAfter } = kind;
    return { atMs, direction, opcode, sizeBytes: Math.floor(sizeAndKind / MAX_KINDS), type, stateBefore, stateAfter };
  }

  #findKind(wanted: FrameKind): number {
    const known = this.#kinds.findIndex((kind) => isSame(kind, wanted));
    if (known >= 0) return known;
    if (this.#kinds.length === MAX_KINDS) this.#forgetKinds();
    return this.#kinds.push(wanted) - 1;
  }

  /** Keeps those of frames that are kept. */
  #forgetKinds(): void {
    const kept = this.toArray();
    this.#kinds = [];
    this.#latestIn = -1;
    this.#latestOut = -1;
    this.#count = 0;
    this.#next = 0;
    for (const { atMs, sizeBytes, direction, opcode, type, stateBefore, stateAfter } of kept)
      this.push(atMs, sizeBytes, this.kindOf(direction, opcode, type, stateBefore, stateAfter));
  }

  #grow(): Float64Array {
    const block = new Float64Array(NUMBERS_PER_FRAME * FRAMES_PER_BLOCK);
    this.#blocks.push(block);
    return block;
  }
}

function isSame(a: FrameKind, b: FrameKind): boolean {
  return (
    a.type === b.type &&
    a.stateBefore === b.stateBefore &&
    a.stateAfter === b.stateAfter &&
    a.opcode === b.opcode &&
    a.direction === b.direction
  );
}
