// This file splits a hop of audio into eight bands and measures the power of each, four bands to a vector.

export const BAND_COUNT: i32 = 8;
const ROW_BYTES: usize = <usize>BAND_COUNT * 4;
/** Bytes of `coefficients`, of `state` and of `powers`. */
export const BANK_COEFFICIENTS_BYTES: usize = 3 * ROW_BYTES;
export const BANK_STATE_BYTES: usize = 2 * ROW_BYTES;
export const POWERS_BYTES: usize = ROW_BYTES;
/** Added to what drives the filters, -300 dB: in digital silence they would end in denormal numbers, which are slow. */
const OFFSET: f32 = 1e-15;

/**
 * A band-pass of second order, for each band: y[n] = g · (x[n] - x[n-2]) - a₁ · y[n-1] - a₂ · y[n-2].
 *
 * `coefficients`: g of the eight bands, then a₁, then a₂. `state`: y[n-1] of the eight bands, then y[n-2]. `powers`:
 * receives Σ y². All f32: what rounding adds to a band lies 110 dB below that band. Two samples before `samples` are read.
 */
export function filterBands(coefficients: usize, state: usize, powers: usize, samples: usize, count: i32): void {
  const gA = v128.load(coefficients);
  const gB = v128.load(coefficients, 16);
  const a1A = v128.load(coefficients, 32);
  const a1B = v128.load(coefficients, 48);
  const a2A = v128.load(coefficients, 64);
  const a2B = v128.load(coefficients, 80);
  let y1A = v128.load(state);
  let y1B = v128.load(state, 16);
  let y2A = v128.load(state, 32);
  let y2B = v128.load(state, 48);
  const offset = f32x4.splat(OFFSET);
  let sumA = f32x4.splat(0);
  let sumB = f32x4.splat(0);
  const end = samples + (<usize>count << 2);
  for (; samples < end; samples += 4) {
    const difference = f32x4.sub(v128.load32_splat(samples), v128.load32_splat(samples - 8));
    const drive = f32x4.add(difference, offset);
    // What depends on y[n-2] first, so that only one product waits for the sample before.
    const yA = f32x4.sub(f32x4.sub(f32x4.mul(gA, drive), f32x4.mul(a2A, y2A)), f32x4.mul(a1A, y1A));
    const yB = f32x4.sub(f32x4.sub(f32x4.mul(gB, drive), f32x4.mul(a2B, y2B)), f32x4.mul(a1B, y1B));
    y2A = y1A;
    y2B = y1B;
    y1A = yA;
    y1B = yB;
    sumA = f32x4.add(sumA, f32x4.mul(yA, yA));
    sumB = f32x4.add(sumB, f32x4.mul(yB, yB));
  }
  v128.store(state, y1A);
  v128.store(state, y1B, 16);
  v128.store(state, y2A, 32);
  v128.store(state, y2B, 48);
  v128.store(powers, sumA);
  v128.store(powers, sumB, 16);
}
