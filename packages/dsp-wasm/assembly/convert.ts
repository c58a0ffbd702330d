// This file converts between float samples in [-1, 1] and 16-bit integers. Full scale is 32768 both ways.
import { ditherOf } from './dither';

const FULL_SCALE: f32 = 32768;
/**
 * 1.5 · 2⁸: a float of this size has steps of 2⁻¹⁵, so adding it rounds x to whole steps of int16, ties to even, and
 * leaves their number in the lowest bits. Its own lowest bits are 0, so that even and odd stay what they were.
 */
const ROUNDER: f32 = 384;
const ROUNDER_BITS: i32 = 0x43c00000;

/**
 * round(x · 32768), ties to even, clamped to -32768..32767; NaN gives 0.
 *
 * Writes exactly `count` samples; `output` needs the alignment of an int16 only.
 */
export function float32ToInt16(input: usize, output: usize, count: i32): void {
  const blocksEnd = input + (<usize>(count & ~15) << 2);
  const end = input + (<usize>count << 2);
  for (; input < blocksEnd; input += 64, output += 32) {
    const a = toIntegers(v128.load(input));
    const b = toIntegers(v128.load(input, 16));
    const c = toIntegers(v128.load(input, 32));
    const d = toIntegers(v128.load(input, 48));
    v128.store(output, i16x8.narrow_i32x4_s(a, b));
    v128.store(output, i16x8.narrow_i32x4_s(c, d), 16);
  }
  for (; input < end; input += 4, output += 2) storeOne(output, toIntegers(v128.load32_splat(input)));
}

/** As `float32ToInt16`, with the dither of sample numbers `number`, `number` + 1, … added before rounding. */
export function float32ToInt16Dithered(input: usize, output: usize, count: i32, number: u32): void {
  const blocksEnd = input + (<usize>(count & ~7) << 2);
  const end = input + (<usize>count << 2);
  let numbers = i32x4.add(i32x4.splat(number), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  for (; input < blocksEnd; input += 32, output += 16) {
    const a = toIntegers(f32x4.add(v128.load(input), ditherOf(numbers)));
    numbers = i32x4.add(numbers, four);
    const b = toIntegers(f32x4.add(v128.load(input, 16), ditherOf(numbers)));
    numbers = i32x4.add(numbers, four);
    v128.store(output, i16x8.narrow_i32x4_s(a, b));
  }
  numbers = i32x4.splat(i32x4.extract_lane(numbers, 0));
  for (; input < end; input += 4, output += 2) {
    storeOne(output, toIntegers(f32x4.add(v128.load32_splat(input), ditherOf(numbers))));
    numbers = i32x4.add(numbers, i32x4.splat(1));
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

// Read as integers, floats above 0 are in order, so what is too large stays too large, for the narrowing to saturate.
// Sums below 0 are negative integers in reverse order: they become the smallest, which saturates as well.
// @ts-ignore: decorator
@inline
function toIntegers(samples: v128): v128 {
  const numbers = v128.and(samples, f32x4.eq(samples, samples));
  const bits = f32x4.add(numbers, f32x4.splat(ROUNDER));
  return i32x4.sub(i32x4.max_s(bits, i32x4.splat(0)), i32x4.splat(ROUNDER_BITS));
}

// @ts-ignore: decorator
@inline
function storeOne(output: usize, integers: v128): void {
  store<i16>(output, i16x8.extract_lane_s(i16x8.narrow_i32x4_s(integers, integers), 0));
}
