// This file is what the steps of a rate conversion have in common: where they read and write.

/** One filter. It takes the block at `input` and writes what that completes to `output`. */
@unmanaged
export class Stage {
  /** `LANES` or `ROWS`: which of the filters this struct belongs to. */
  kernel: i32;
  input: usize;
  output: usize;
}

export const LANES: i32 = 0;
export const ROWS: i32 = 1;
