// This file plans a stage's memory: every buffer gets its place before the WebAssembly instance exists, and keeps it.

/** A part of the memory that belongs to one purpose. */
export interface Region {
  /** Multiple of 16. */
  readonly offsetBytes: number;
  readonly byteLength: number;
}

/** Everything below is left to the compiler, which needs 8 bytes today; a test checks that it is enough. */
export const RESERVED_BYTES = 1024;

const ALIGNMENT_BYTES = 16;
/** Between regions: a stray write of a full SIMD vector or two lands here, where the tests look. */
const GUARD_BYTES = 32;
const PAGE_BYTES = 65_536;

export class MemoryMap {
  readonly #regions: Region[] = [];
  #endBytes = RESERVED_BYTES;

  /** Claims `byteLength` bytes, at least, and returns their address; kernels may read and write up to the next multiple of 16. */
  reserve(byteLength: number): number {
    const rounded = Math.ceil(byteLength / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const offsetBytes = this.#endBytes;
    this.#endBytes += rounded + GUARD_BYTES;
    this.#regions.push({ offsetBytes, byteLength: rounded });
    return offsetBytes;
  }

  /** In ascending order of address. */
  get regions(): readonly Region[] {
    return this.#regions;
  }

  /** Pages of 64 KiB that hold all regions. */
  get pageCount(): number {
    return Math.ceil(this.#endBytes / PAGE_BYTES);
  }
}
