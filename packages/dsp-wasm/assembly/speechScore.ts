// This file turns one hop's band levels, floors and harmonicity into the odds that the hop is speech.
import { BAND_COUNT } from './filterBank';

/** Running means that the features need: see `speechOdds`. Shapes of the eight bands lie behind it. */
@unmanaged
export class FeatureMemory {
  meanSnr: f64;
  meanSnrFast: f64;
  meanSnrSlow: f64;
  voicedFast: f64;
  voicedSlow: f64;
  change: f64;
}

export const FEATURE_MEMORY_BYTES: usize = 48 + <usize>BAND_COUNT * 8;
const SNR_LIMIT_DB: f64 = 30;
const UNIT_DB: f64 = 15;
const SHAPE_LIMIT: f64 = 2;
const LOW_SNR: f64 = 0.7;
const VOICE_BANDS: i32 = 5;
const FAST_RATIO: f64 = 0.3;
const SLOW_RATIO: f64 = 0.06;
const CHANGE_RATIO: f64 = 0.2;
const ODDS_LIMIT: f64 = 30;

/**
 * With levels E_b and floors F_b of the bands in dB, and harmonicity H:
 *
 *   s_b = clamp(E_b - F_b, 0, 30) / 15         m = mean s_b
 *   h = clamp((H - 0.3) / 0.6, 0, 1)           v = h · min(1, mean of s_b over the five lowest bands)
 *   q_b = clamp((E_b - mean E) / 15, -2, 2) · min(1, 2m)
 *   x̄ = x̄ + 0.3 · (x - x̄), x̃ the same with 0.06, c: running mean of |m - m before| with 0.2
 *   z = w₀ + Σ w · (s_b, m, min(m, 0.7), max s_b, h, v, m̄, m̃, v̄, ṽ, c, q_b, q̄_b, m̄ · v̄)
 *
 * @returns 1 / (1 + e⁻ᶻ). `weights`: those of the sum in its order, then w₀; f64.
 */
export function speechOdds(weights: usize, at: usize, levels: usize, floors: usize, harmonicity: f64): f64 {
  const memory = changetype<FeatureMemory>(at);
  let w = weights;
  let z: f64 = 0;
  let sum: f64 = 0;
  let largest: f64 = 0;
  let voiceSum: f64 = 0;
  let levelSum: f64 = 0;
  for (let b = 0; b < BAND_COUNT; b++) {
    const level = f64.load(levels + (<usize>b << 3));
    const snr = clamp(level - f64.load(floors + (<usize>b << 3)), 0, SNR_LIMIT_DB) / UNIT_DB;
    z += f64.load(w) * snr;
    w += 8;
    sum += snr;
    levelSum += level;
    largest = max<f64>(largest, snr);
    if (b < VOICE_BANDS) voiceSum += snr;
  }
  const m = sum / <f64>BAND_COUNT;
  const h = clamp((harmonicity - 0.3) / 0.6, 0, 1);
  const v = h * min<f64>(1, voiceSum / <f64>VOICE_BANDS);
  memory.meanSnrFast += FAST_RATIO * (m - memory.meanSnrFast);
  memory.meanSnrSlow += SLOW_RATIO * (m - memory.meanSnrSlow);
  memory.voicedFast += FAST_RATIO * (v - memory.voicedFast);
  memory.voicedSlow += SLOW_RATIO * (v - memory.voicedSlow);
  memory.change += CHANGE_RATIO * (abs<f64>(m - memory.meanSnr) - memory.change);
  memory.meanSnr = m;
  z += f64.load(w) * m + f64.load(w, 8) * min<f64>(m, LOW_SNR) + f64.load(w, 16) * largest;
  z += f64.load(w, 24) * h + f64.load(w, 32) * v;
  z += f64.load(w, 40) * memory.meanSnrFast + f64.load(w, 48) * memory.meanSnrSlow;
  z += f64.load(w, 56) * memory.voicedFast + f64.load(w, 64) * memory.voicedSlow + f64.load(w, 72) * memory.change;
  w += 80;
  const shapes = at + offsetof<FeatureMemory>();
  const weight = min<f64>(1, 2 * m);
  for (let b: usize = 0; b < <usize>BAND_COUNT << 3; b += 8) {
    const fromMean = (f64.load(levels + b) - levelSum / <f64>BAND_COUNT) / UNIT_DB;
    const shape = clamp(fromMean, -SHAPE_LIMIT, SHAPE_LIMIT) * weight;
    const shapeFast = f64.load(shapes + b) + FAST_RATIO * (shape - f64.load(shapes + b));
    f64.store(shapes + b, shapeFast);
    z += f64.load(w + b) * shape + f64.load(w + b, 64) * shapeFast;
  }
  w += 128;
  z += f64.load(w) * memory.meanSnrFast * memory.voicedFast + f64.load(w, 8);
  return 1 / (1 + exponential(-clamp(z, -ODDS_LIMIT, ODDS_LIMIT)));
}

// @ts-ignore: decorator
@inline
function clamp(x: f64, low: f64, high: f64): f64 {
  return max<f64>(low, min<f64>(high, x));
}

// e^x = 2^k · e^r with |r| ≤ ln2 / 2: the series' first neglected term r^10/10! is below 1e-11. No lookup table.
function exponential(x: f64): f64 {
  const k = nearest<f64>(x * 1.4426950408889634);
  const r = x - k * 0.6931471805599453;
  let series: f64 = 1;
  for (let i: f64 = 9; i > 0; i--) series = 1 + (series * r) / i;
  return series * reinterpret<f64>((<u64>(<i64>k + 1023)) << 52);
}
