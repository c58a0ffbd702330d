// This file converts between float samples in [-1, 1] and 16-bit integers. Full scale is 32768 both ways.

const FULL_SCALE: f32 = 32768;

/**
 * round(x · 32768), ties to even, clamped to -32768..32767; NaN gives 0.
 *
 * Writes exactly `count` samples; `output` needs the alignment of an int16 only.
 */
export function float32ToInt16(input: usize, output: usize, count: i32): void {
  const blocksEnd = input + (<usize>(count & ~7) << 2);
  const end = input + (<usize>count << 2);
  for (; input < blocksEnd; input += 32, output += 16) {
    v128.store(output, i16x8.narrow_i32x4_s(toIntegers(v128.load(input)), toIntegers(v128.load(input, 16))));
  }
  for (; input < end; input += 4, output += 2) {
    const integers = toIntegers(v128.load32_splat(input));
    store<i16>(output, i16x8.extract_lane_s(i16x8.narrow_i32x4_s(integers, integers), 0));
  }
}

/** i / 32768, exact. Writes exactly `count` samples. */
export function int16ToFloat32(input: usize, output: usize, count: i32): void {
  const scale = f32x4.splat(1 / FULL_SCALE);
  const blocksEnd = input + (<usize>(count & ~7) << 1);
  const end = input + (<usize>count << 1);
  for (; input < blocksEnd; input += 16, output += 32) {
    const integers = v128.load(input);
    v128.store(output, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(integers)), scale));
    v128.store(output, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(integers)), scale), 16);
  }
  for (; input < end; input += 2, output += 4) {
    f32.store(output, <f32>load<i16>(input) * (1 / FULL_SCALE));
  }
}

// The saturating conversion gives 0 for NaN and the extreme integer for an infinity; narrowing saturates once more.
// @ts-ignore: decorator
@inline
function toIntegers(samples: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(samples, f32x4.splat(FULL_SCALE))));
}
