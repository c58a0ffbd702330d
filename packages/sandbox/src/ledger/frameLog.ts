// This file keeps the latest frames of one connection, two numbers each. As objects, the frames of a thousand sessions that
// hear speech would be 50,000 a second, each kept for 40 s: work for the garbage collector that everyone would hear.
import type { FrameRecord } from './records.ts';

/** Room is taken by so many frames at a time: doubling it would have a thousand sessions copy their logs all at once. */
const FRAMES_PER_BLOCK = 256;
/** Of a frame: its time, and its kind and size as one. */
const NUMBERS_PER_FRAME = 2;
/** Kinds that can be told apart in one number with the size. Twice the longest log, so that there is always room. */
const MAX_KINDS = 4096;

/** Of a frame that is being handled, where the latest one is no guide. */
const UNKNOWN_TYPE = 'unknown';

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
  /** Frames ever pushed. */
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
    this.#count += 1;
  }

  /**
   * Records an inbound frame that is about to be handled, taken for one like the latest, as audio frames are: no word is
   * looked up for it. `settle` follows, before the next `reserve`.
   *
   * @returns The frame's number.
   */
  reserve(atMs: number, sizeBytes: number, opcode: FrameKind['opcode'], state: string): number {
    const latest = this.#kinds[this.#latestIn];
    const isLikely =
      latest !== undefined && latest.stateBefore === state && latest.stateAfter === state && latest.opcode === opcode;
    this.push(atMs, sizeBytes, isLikely ? this.#latestIn : this.kindOf('in', opcode, UNKNOWN_TYPE, state, state));
    return this.#count - 1;
  }

  /** Says what a reserved frame was and where it led to. Writes only what it was not taken for. */
  settle(number: number, type: string, stateAfter: string): void {
    const taken = this.#kinds[this.#latestIn];
    if (taken !== undefined && taken.type === type && taken.stateAfter === stateAfter) return;
    // What it set off may have pushed it out.
    if (this.#count - number > this.#capacity) return;
    const index = number % this.#capacity;
    const { direction, opcode, stateBefore } = this.#read(index);
    this.#write(index, this.kindOf(direction, opcode, type, stateBefore, stateAfter));
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
    const oldest = this.#oldest;
    const length = Math.min(this.#count, this.#capacity);
    return Array.from({ length }, (_, i) => this.#read((oldest + i) % this.#capacity));
  }

  /** Its place. */
  get #oldest(): number {
    return this.#count < this.#capacity ? 0 : this.#next;
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

  /** Gives the frame at `index` another kind. */
  #write(index: number, kind: number): void {
    const block = this.#blocks[Math.floor(index / FRAMES_PER_BLOCK)];
    const at = NUMBERS_PER_FRAME * (index % FRAMES_PER_BLOCK) + 1;
    if (block !== undefined) block[at] = Math.floor((block[at] ?? 0) / MAX_KINDS) * MAX_KINDS + kind;
  }

  #findKind(wanted: FrameKind): number {
    const known = this.#kinds.findIndex((kind) => isSame(kind, wanted));
    if (known >= 0) return known;
    if (this.#kinds.length === MAX_KINDS) this.#forgetKinds();
    return this.#kinds.push(wanted) - 1;
  }

  /** Keeps those of frames that are kept, each at its place. */
  #forgetKinds(): void {
    const kept = this.toArray();
    const oldest = this.#oldest;
    this.#kinds = [];
    this.#latestIn = -1;
    this.#latestOut = -1;
    for (const [i, { direction, opcode, type, stateBefore, stateAfter }] of kept.entries())
      this.#write((oldest + i) % this.#capacity, this.kindOf(direction, opcode, type, stateBefore, stateAfter));
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
