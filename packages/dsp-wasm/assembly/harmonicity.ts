// This file measures how periodic the last 45 ms of audio are at the pitches of voices.
import { toFloat } from './filterBank';

/** Samples at 4 kHz: 30 ms that are compared, with themselves 2.5 to 15 ms earlier (400 to 67 Hz). */
const WINDOW: i32 = 120;
const SHORTEST_LAG: i32 = 10;
const LONGEST_LAG: i32 = 60;
const HISTORY: i32 = WINDOW + LONGEST_LAG;
export const HISTORY_BYTES: usize = <usize>HISTORY * 4;
/** Every fourth sample is kept; a hop is a whole number of them. */
const DECIMATION: i32 = 4;
const SECTION_COUNT: i32 = 3;
const COEFFICIENT_BYTES: usize = 40;
/** x and y of the last two samples of each section. */
const STATE_BYTES: usize = 32;
export const PITCH_STATE_BYTES: usize = <usize>SECTION_COUNT * STATE_BYTES;
/** Power below which nothing is periodic: the window's energy squared at -90 dBFS. */
const TINY: f64 = 1e-14;

/**
 * Filters samples to 70..900 Hz with three sections of second order and keeps every fourth in `history`, the newest last.
 *
 * @param coefficients b₀ b₁ b₂ a₁ a₂ of each section, f64.
 * @param phase Index of the first sample in its hop.
 */
export function keepPitch(
  coefficients: usize,
  state: usize,
  history: usize,
  samples: usize,
  count: i32,
  phase: i32,
): void {
  const kept = ((phase + count) / DECIMATION) - (phase / DECIMATION);
  memory.copy(history, history + (<usize>kept << 2), HISTORY_BYTES - (<usize>kept << 2));
  let into = history + HISTORY_BYTES - (<usize>kept << 2);
  for (let n = 0; n < count; n++) {
    let y = toFloat(samples, n);
    for (let s: i32 = 0; s < SECTION_COUNT; s++) {
      y = filterSection(coefficients + <usize>s * COEFFICIENT_BYTES, state + <usize>s * STATE_BYTES, y);
    }
    if (((phase + n) & (DECIMATION - 1)) == DECIMATION - 1) {
      f32.store(into, <f32>y);
      into += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function filterSection(coefficients: usize, state: usize, x: f64): f64 {
  const x1 = f64.load(state);
  const y1 = f64.load(state, 16);
  const fed = f64.load(coefficients) * x + f64.load(coefficients, 8) * x1 + f64.load(coefficients, 16) * f64.load(state, 8);
  const y = fed - f64.load(coefficients, 32) * f64.load(state, 24) - f64.load(coefficients, 24) * y1;
  f64.store(state, x1, 8);
  f64.store(state, x);
  f64.store(state, y1, 24);
  f64.store(state, y, 16);
  return y;
}

/**
 * The largest normalised cross-correlation over the lags, at least 0:
 * max over l of Σ d[n]·d[n-l] / √(Σ d[n]² · Σ d[n-l]² + 1e-14), both sums over the window.
 */
export function harmonicity(history: usize): f64 {
  const window = history + (<usize>LONGEST_LAG << 2);
  const energy = <f64>correlate(window, window);
  let lagged = window - (<usize>SHORTEST_LAG << 2);
  let laggedEnergy = <f64>correlate(lagged, lagged);
  let best: f64 = 0;
  for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag++) {
    const product = <f64>correlate(window, lagged);
    if (product > 0) best = max<f64>(best, product / sqrt<f64>(energy * max<f64>(0, laggedEnergy) + TINY));
    // One sample earlier: one comes in, one falls out. In double precision, and anew for each hop, nothing piles up.
    lagged -= 4;
    if (lag < LONGEST_LAG) laggedEnergy += square(lagged) - square(lagged + (<usize>WINDOW << 2));
  }
  return best;
}

// @ts-ignore: decorator
@inline
function square(at: usize): f64 {
  const x = <f64>f32.load(at);
  return x * x;
}

// @ts-ignore: decorator
@inline
function correlate(a: usize, b: usize): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  const end = a + (<usize>WINDOW << 2);
  while (a < end) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(a), v128.load(b)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(a, 32), v128.load(b, 32)));
    a += 48;
    b += 48;
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), sum2);
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}
