// This file splits audio into eight bands and adds up the power of each, two bands to a vector.

/**
 * A band-pass of second order, for each band: y[n] = g · (x[n] - x[n-2]) - a₁ · y[n-1] - a₂ · y[n-2].
 *
 * `coefficients`: g of the eight bands, then a₁, then a₂. `state`: x[n-1], x[n-2], then y[n-1] of the eight bands, then
 * y[n-2]. `powers`: Σ y² of the hop so far. All f64. Samples are int16 and count as -1..1.
 */
export function filterBands(
  coefficients: usize,
  state: usize,
  powers: usize,
  samples: usize,
  count: i32,
): void {
  const x1 = f64.load(state);
  const x2 = f64.load(state, 8);
  for (let band: usize = 0; band < BAND_BYTES; band += FOUR_BANDS_BYTES) {
    filterFourBands(coefficients + band, state + 16 + band, powers + band, samples, count, x1, x2);
  }
  if (count > 1) f64.store(state, toFloat(samples, count - 2), 8);
  else f64.store(state, x1, 8);
  f64.store(state, toFloat(samples, count - 1));
}

export const BAND_COUNT: i32 = 8;
const BAND_BYTES: usize = 64;
const FOUR_BANDS_BYTES: usize = 32;
/** Bytes of `state`. */
export const BANK_STATE_BYTES: usize = 16 + 2 * BAND_BYTES;
const FULL_SCALE: f64 = 32768;

/** Sample `n`, in -1..1. */
// @ts-ignore: decorator
@inline
export function toFloat(samples: usize, n: i32): f64 {
  return <f64>load<i16>(samples + (<usize>n << 1)) / FULL_SCALE;
}

// Two vectors at a time: with four, their coefficients no longer fit into the registers.
// @ts-ignore: decorator
@inline
function filterFourBands(
  coefficients: usize,
  state: usize,
  powers: usize,
  samples: usize,
  count: i32,
  x1: f64,
  x2: f64,
): void {
  const gA = v128.load(coefficients);
  const gB = v128.load(coefficients, 16);
  const a1A = v128.load(coefficients, 64);
  const a1B = v128.load(coefficients, 80);
  const a2A = v128.load(coefficients, 128);
  const a2B = v128.load(coefficients, 144);
  let y1A = v128.load(state);
  let y1B = v128.load(state, 16);
  let y2A = v128.load(state, 64);
  let y2B = v128.load(state, 80);
  let sumA = v128.load(powers);
  let sumB = v128.load(powers, 16);
  for (let n = 0; n < count; n++) {
    const x = toFloat(samples, n);
    const drive = f64x2.splat(x - x2);
    x2 = x1;
    x1 = x;
    // What depends on y[n-2] first, so that only one product waits for the sample before.
    const yA = f64x2.sub(f64x2.sub(f64x2.mul(gA, drive), f64x2.mul(a2A, y2A)), f64x2.mul(a1A, y1A));
    const yB = f64x2.sub(f64x2.sub(f64x2.mul(gB, drive), f64x2.mul(a2B, y2B)), f64x2.mul(a1B, y1B));
    y2A = y1A;
    y2B = y1B;
    y1A = yA;
    y1B = yB;
    sumA = f64x2.add(sumA, f64x2.mul(yA, yA));
    sumB = f64x2.add(sumB, f64x2.mul(yB, yB));
  }
  v128.store(state, y1A);
  v128.store(state, y1B, 16);
  v128.store(state, y2A, 64);
  v128.store(state, y2B, 80);
  v128.store(powers, sumA);
  v128.store(powers, sumB, 16);
}
