// This file widens weights from half precision, exactly.

/** 2^112: moves an exponent from the bias of f16, 15, to that of f32, 127; subnormal numbers come out right as well. */
const BIAS_RATIO: f32 = 5.192296858534828e33;

/**
 * Reads `count` f16 numbers and writes them as f32. In place, when they are the end of the region that is written: a
 * vector is read before anything is written over it.
 *
 * @param count Multiple of 8.
 */
export function expandHalves(halves: usize, output: usize, count: i32): void {
  for (const end = halves + (<usize>count << 1); halves < end; halves += 16) {
    const eight = v128.load(halves);
    v128.store(output, widen(i32x4.extend_low_i16x8_u(eight)));
    v128.store(output, widen(i32x4.extend_high_i16x8_u(eight)), 16);
    output += 32;
  }
}

// @ts-ignore: decorator
@inline
function widen(halves: v128): v128 {
  const magnitude = i32x4.shl(v128.and(halves, i32x4.splat(0x7fff)), 13);
  const sign = i32x4.shl(v128.and(halves, i32x4.splat(0x8000)), 16);
  return v128.or(f32x4.mul(magnitude, f32x4.splat(BIAS_RATIO)), sign);
}
