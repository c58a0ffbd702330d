// This file multiplies samples by filter taps and adds up, sixteen taps per turn.

/**
 * Σ samples[j] · taps[j] for j < tapCount, which is a multiple of 16.
 *
 * Four partial sums hide the latency of the addition. They are always combined in the same order, and an output is
 * always one call, so a result does not depend on how the stream was cut into blocks.
 */
// @ts-ignore: decorator
@inline
export function dotProduct(samples: usize, taps: usize, tapCount: i32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  const end = taps + (<usize>tapCount << 2);
  while (taps < end) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(samples), v128.load(taps)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(samples, 16), v128.load(taps, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(samples, 32), v128.load(taps, 32)));
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(samples, 48), v128.load(taps, 48)));
    samples += 64;
    taps += 64;
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}
