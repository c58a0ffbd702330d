// This file makes samples safe to filter: one NaN or infinity would otherwise spread over a whole filter length.

/**
 * Turns every NaN and ±Infinity into 0, in place. Finite samples keep every bit.
 *
 * Works on whole groups of four: the region behind `samples` must reach to the next multiple of 16 bytes.
 */
export function clearNonFinite(samples: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = samples + (<usize>count << 2);
  for (; samples < end; samples += 16) {
    const x = v128.load(samples);
    // x - x is 0 for finite x and NaN for the others; comparing it with 0 gives the mask of samples to keep.
    v128.store(samples, v128.and(x, f32x4.eq(f32x4.sub(x, x), zero)));
  }
}
