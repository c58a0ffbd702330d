// This file plans a stage's memory: every buffer gets its place before the WebAssembly instance exists, and keeps it.
import type { Kernels } from '../load/kernels.ts';

/** A part of the memory that belongs to one purpose. */
export interface Region {
  /** Multiple of 64. */
  readonly offsetBytes: number;
  readonly byteLength: number;
}

/** Everything below is left to the compiler, which needs 8 bytes today; a test checks that it is enough. */
export const RESERVED_BYTES = 1024;

/** A cache line: else it is chance how many loads of a vector lie across two. */
const ALIGNMENT_BYTES = 64;
/** Between regions: a stray write of a full SIMD vector or two lands here, where the tests look. */
const GUARD_BYTES = 64;
const PAGE_BYTES = 65_536;

/** Writes what was planned into the memory, and starts the kernels on it. */
export type Install<K> = (kernels: K, buffer: ArrayBuffer) => void;

export class MemoryMap<K = Kernels> {
  /** In ascending order of address. */
  readonly regions: Region[] = [];
  /** What the stage does when it is opened, in order. */
  readonly installs: Install<K>[] = [];
  /** Pages of 64 KiB that hold all regions. */
  pageCount = 1;
  #endBytes = RESERVED_BYTES;

  /** Claims `byteLength` bytes, at least, and returns their address; kernels may read and write up to the next multiple of 64. */
  reserve(byteLength: number): number {
    const offsetBytes = this.#endBytes;
    const rounded = roundUp(byteLength, ALIGNMENT_BYTES);
    this.regions.push({ offsetBytes, byteLength: rounded });
    this.#endBytes += rounded + GUARD_BYTES;
    this.pageCount = Math.ceil(this.#endBytes / PAGE_BYTES);
    return offsetBytes;
  }
}

/** To the next multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
