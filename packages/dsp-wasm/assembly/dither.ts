// This file makes dither: noise added before rounding, so that the rounding error no longer follows the signal.

/** One step of int16, over the 16 bits of a uniform number. */
const STEP_PER_UNIT: f32 = <f32>1 / (32768 * 65536);

/**
 * For each of four sample numbers, noise of triangular density between -1 and 1 step of int16, as a float sample: the
 * sum of two uniform numbers of 16 bits, with a mean of exactly 0 (Lipshitz, Wannamaker, Vanderkooy: "Quantization and
 * Dither", 1992: with it neither the mean nor the power of the error depends on the signal).
 *
 * The numbers are the halves of a hash of the sample number ("lowbias32", found by C. Wellons' hash-prospector), so
 * there is no state: a sample gets the same noise however the stream is cut, and four lanes need not wait for each other.
 */
// @ts-ignore: decorator
@inline
export function ditherOf(numbers: v128): v128 {
  let hash = v128.xor(numbers, i32x4.shr_u(numbers, 16));
  hash = i32x4.mul(hash, i32x4.splat(0x7feb352d));
  hash = v128.xor(hash, i32x4.shr_u(hash, 15));
  hash = i32x4.mul(hash, i32x4.splat(0x846ca68b));
  hash = v128.xor(hash, i32x4.shr_u(hash, 16));
  const sums = i32x4.extadd_pairwise_i16x8_u(hash);
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(sums, i32x4.splat(65535))), f32x4.splat(STEP_PER_UNIT));
}
