// This file measures how periodic the last 44 ms of audio are at the pitches of voices.

/** Samples at 4 kHz: 30 ms that are compared, with themselves 2.5 to 14.25 ms earlier (400 to 70 Hz). */
const WINDOW: i32 = 120;
const SHORTEST_LAG: i32 = 10;
/** Twice six vectors: with more sums than six the engine spills registers. */
const LAG_COUNT: i32 = 48;
const LONGEST_LAG: i32 = SHORTEST_LAG + LAG_COUNT - 1;
/** One more than needed, so that it is a whole number of vectors. */
const HISTORY: i32 = WINDOW + LONGEST_LAG + 3;
const PRODUCTS_BYTES: usize = <usize>LAG_COUNT * 4;
const HISTORY_BYTES: usize = <usize>HISTORY * 4;
/** Every fourth sample is kept. */
const DECIMATION: i32 = 4;
const TAP_COUNT: i32 = 24;
const TAPS_BYTES: usize = <usize>TAP_COUNT * 4;
/** 24 taps, then the five coefficients of the high-pass; f32. */
export const PITCH_COEFFICIENTS_BYTES: usize = TAPS_BYTES + 5 * 4;
/** Samples before a hop that the low-pass reads. */
export const PITCH_LEAD: i32 = TAP_COUNT - DECIMATION;
/** x[n-1], x[n-2], y[n-1], y[n-2] of the high-pass, the products by lag, the newest samples at 4 kHz. */
export const PITCH_STATE_BYTES: usize = 32 + PRODUCTS_BYTES + HISTORY_BYTES;
const PRODUCTS: usize = 32;
const KEPT: usize = PRODUCTS + PRODUCTS_BYTES;
/** Energy squared of the window at -90 dBFS, below which nothing is periodic. */
const TINY: f64 = 1e-14;
/** A state this small is silence: squares of what it decays to within a hop must not become denormal in f32. */
const SILENCE: f64 = 1e-14;

/**
 * Filters a hop to 70..900 Hz and keeps every fourth sample: a low-pass of 24 symmetric taps on the way to 4 kHz, there
 * a high-pass of second order.
 *
 * @param coefficients 24 taps, then b₀ b₁ b₂ a₁ a₂; f32.
 * @param samples f32; `PITCH_LEAD` samples before them are read.
 * @param count Multiple of 4.
 */
export function keepPitch(coefficients: usize, state: usize, samples: usize, count: i32): void {
  const keptBytes = <usize>count; // A quarter of the samples, four bytes each.
  const history = state + KEPT;
  memory.copy(history, history + keptBytes, HISTORY_BYTES - keptBytes);
  let into = history + HISTORY_BYTES - keptBytes;
  const b0 = <f64>f32.load(coefficients + TAPS_BYTES);
  const b1 = <f64>f32.load(coefficients + TAPS_BYTES, 4);
  const b2 = <f64>f32.load(coefficients + TAPS_BYTES, 8);
  const a1 = <f64>f32.load(coefficients + TAPS_BYTES, 12);
  const a2 = <f64>f32.load(coefficients + TAPS_BYTES, 16);
  let x1 = f64.load(state);
  let x2 = f64.load(state, 8);
  let y1 = f64.load(state, 16);
  let y2 = f64.load(state, 24);
  for (let at = samples - (<usize>PITCH_LEAD << 2); into < history + HISTORY_BYTES; at += 16) {
    const x = <f64>lowPass(coefficients, at);
    const y = b0 * x + b1 * x1 + b2 * x2 - a2 * y2 - a1 * y1;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    f32.store(into, <f32>y);
    into += 4;
  }
  f64.store(state, x1);
  f64.store(state, x2, 8);
  f64.store(state, abs<f64>(y1) < SILENCE ? 0 : y1, 16);
  f64.store(state, abs<f64>(y2) < SILENCE ? 0 : y2, 24);
}

/** Σ of 24 taps times the samples at `at`: symmetric, so they need not be turned around. */
// @ts-ignore: decorator
@inline
function lowPass(taps: usize, at: usize): f32 {
  let sumA = f32x4.mul(v128.load(taps), v128.load(at));
  let sumB = f32x4.mul(v128.load(taps, 16), v128.load(at, 16));
  sumA = f32x4.add(sumA, f32x4.mul(v128.load(taps, 32), v128.load(at, 32)));
  sumB = f32x4.add(sumB, f32x4.mul(v128.load(taps, 48), v128.load(at, 48)));
  sumA = f32x4.add(sumA, f32x4.mul(v128.load(taps, 64), v128.load(at, 64)));
  sumB = f32x4.add(sumB, f32x4.mul(v128.load(taps, 80), v128.load(at, 80)));
  const sum = f32x4.add(sumA, sumB);
  const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/**
 * The largest normalised cross-correlation over the lags, at least 0:
 * max over l of Σ d[n]·d[n-l] / √(Σ d[n]² · Σ d[n-l]² + 1e-14), both sums over the window.
 */
export function harmonicity(state: usize): f64 {
  const window = state + KEPT + HISTORY_BYTES - (<usize>WINDOW << 2);
  correlate(window, SHORTEST_LAG, state + PRODUCTS);
  correlate(window, SHORTEST_LAG + LAG_COUNT / 2, state + PRODUCTS + PRODUCTS_BYTES / 2);
  const energy = energyOf(window);
  let lagged = window - (<usize>SHORTEST_LAG << 2);
  let laggedEnergy = energyOf(lagged);
  // Of fractions a²/b, compared by multiplying crosswise: no root and no division per lag.
  let best: f64 = 0;
  let bestEnergies: f64 = 1;
  for (let at = state + PRODUCTS; at < state + PRODUCTS + PRODUCTS_BYTES; at += 4) {
    const product = <f64>f32.load(at);
    const energies = energy * max<f64>(0, laggedEnergy) + TINY;
    if (product > 0 && product * product * bestEnergies > best * energies) {
      best = product * product;
      bestEnergies = energies;
    }
    // One sample earlier: one comes in, one falls out. In double precision, and anew for each hop, nothing piles up.
    lagged -= 4;
    laggedEnergy += square(lagged) - square(lagged + (<usize>WINDOW << 2));
  }
  return sqrt<f64>(best / bestEnergies);
}

// @ts-ignore: decorator
@inline
function square(at: usize): f64 {
  const x = <f64>f32.load(at);
  return x * x;
}

function energyOf(window: usize): f64 {
  let sum: f64 = 0;
  for (let n: usize = 0; n < <usize>WINDOW << 2; n += 4) sum += square(window + n);
  return sum;
}

/** Writes Σ d[n]·d[n-l] over the window for 24 lags from `lag` on to `products`. A lane is a lag. */
function correlate(window: usize, lag: i32, products: usize): void {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  let sum4 = f32x4.splat(0);
  let sum5 = f32x4.splat(0);
  // The longest of the lags first: a vector's lanes go from its longest lag to its shortest.
  let lagged = window - (<usize>(lag + 23) << 2);
  const end = window + (<usize>WINDOW << 2);
  for (; window < end; window += 4) {
    const x = v128.load32_splat(window);
    sum0 = f32x4.add(sum0, f32x4.mul(x, v128.load(lagged)));
    sum1 = f32x4.add(sum1, f32x4.mul(x, v128.load(lagged, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(x, v128.load(lagged, 32)));
    sum3 = f32x4.add(sum3, f32x4.mul(x, v128.load(lagged, 48)));
    sum4 = f32x4.add(sum4, f32x4.mul(x, v128.load(lagged, 64)));
    sum5 = f32x4.add(sum5, f32x4.mul(x, v128.load(lagged, 80)));
    lagged += 4;
  }
  v128.store(products, reversed(sum5));
  v128.store(products, reversed(sum4), 16);
  v128.store(products, reversed(sum3), 32);
  v128.store(products, reversed(sum2), 48);
  v128.store(products, reversed(sum1), 64);
  v128.store(products, reversed(sum0), 80);
}

// @ts-ignore: decorator
@inline
function reversed(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 3, 2, 1, 0);
}
