// This file makes samples safe to filter: one NaN or infinity would otherwise spread over a whole filter length.

/**
 * Turns every NaN and ±Infinity into 0, in place. Finite samples keep every bit.
 *
 * Works on whole groups of four: the region behind `samples` must reach to the next multiple of 16 bytes.
 */
export function clearNonFinite(samples: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = samples + (<usize>count << 2);
  // Almost always a look is all it takes; four sums hide its latency.
  let sum0 = zero;
  let sum1 = zero;
  let sum2 = zero;
  let sum3 = zero;
  let at = samples;
  for (; at + 64 <= end; at += 64) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    const x2 = v128.load(at, 32);
    const x3 = v128.load(at, 48);
    sum0 = f32x4.add(sum0, x0);
    sum1 = f32x4.add(sum1, x1);
    sum2 = f32x4.add(sum2, x2);
    sum3 = f32x4.add(sum3, x3);
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  if (!areFinite(sum)) at = samples;
  for (; at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, v128.and(x, f32x4.eq(f32x4.sub(x, x), zero)));
  }
}

/** Whether neither NaN nor an infinity has gone into these sums: both stay. Sums that overflow only cost a second look. */
// @ts-ignore: decorator
@inline
export function areFinite(sums: v128): bool {
  return i32x4.all_true(f32x4.eq(f32x4.sub(sums, sums), f32x4.splat(0)));
}
