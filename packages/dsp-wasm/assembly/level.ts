// This file measures one frame of int16 samples, in integers, so the figures do not depend on the order of addition.

/** Σ x². `count` is a multiple of 8. */
export function sumOfSquares(samples: usize, count: i32): f64 {
  const end = samples + (<usize>count << 1);
  let sums = i64x2.splat(0);
  for (; samples < end; samples += 16) {
    const x = v128.load(samples);
    // Two squares of -32768 add up to 2^31, so the pair sums are read as unsigned.
    const pairs = i32x4.dot_i16x8_s(x, x);
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(pairs), i64x2.extend_high_i32x4_u(pairs)));
  }
  return <f64>(i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1));
}

/** Largest magnitude, 0..32768. `count` is a multiple of 8. */
export function peakMagnitude(samples: usize, count: i32): f64 {
  const end = samples + (<usize>count << 1);
  let peaks = i16x8.splat(0);
  for (; samples < end; samples += 16) {
    // The magnitude of -32768 wraps to 0x8000, which is 32768 when read as unsigned.
    peaks = i16x8.max_u(peaks, i16x8.abs(v128.load(samples)));
  }
  peaks = i16x8.max_u(peaks, v128.shuffle<i16>(peaks, peaks, 4, 5, 6, 7, 0, 1, 2, 3));
  peaks = i16x8.max_u(peaks, v128.shuffle<i16>(peaks, peaks, 2, 3, 0, 1, 6, 7, 4, 5));
  peaks = i16x8.max_u(peaks, v128.shuffle<i16>(peaks, peaks, 1, 0, 3, 2, 5, 4, 7, 6));
  return <f64>i16x8.extract_lane_u(peaks, 0);
}
