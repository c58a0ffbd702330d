// This file turns one hop's band levels, floors and harmonicity into features, and those into the odds of speech.
import { BAND_COUNT } from './filterBank';

/** What the features need to remember. A_b of the eight bands lie behind it. */
@unmanaged
export class FeatureMemory {
  hasHeard: f64;
  meanSnrFast: f64;
  meanSnrSlow: f64;
  voicedFast: f64;
  voicedSlow: f64;
}

const ROW_BYTES: usize = <usize>BAND_COUNT * 8;
const SCALARS_BYTES: usize = offsetof<FeatureMemory>();
export const FEATURE_MEMORY_BYTES: usize = SCALARS_BYTES + ROW_BYTES;
const UNIT_DB: f64 = 15;
const SNR_LIMIT: f64 = 40.0 / 15;
const SHAPE_LIMIT: f64 = 2;
const VOICE_BANDS: i32 = 5;
const FAST_RATIO: f64 = 0.3;
const SLOW_RATIO: f64 = 0.06;
const LEVEL_RATIO: f64 = 0.04;
const ODDS_LIMIT: f64 = 30;
/** Three of each band, five of all. */
const FEATURE_COUNT: i32 = 3 * BAND_COUNT + 5;

/**
 * With levels E_b and floors F_b of the bands in dB, and harmonicity H:
 *
 *   s_b = clamp((E_b - F_b) / 15, 0, 40 / 15)             above the noise floor
 *   q_b = clamp((E_b - mean E) / 15, -2, 2) · min(1, 2m)  shape of the spectrum; m = mean s_b
 *   c_b = (E_b - A_b) / 15 · min(1, 2m)                   against the band's mean of half a second: A_b += 0.04 · (E_b - A_b)
 *   v   = clamp((H - 0.3) / 0.6, 0, 1) · min(1, mean of s_b over the five lowest bands)
 *
 * Writes s_b, q_b, c_b, v, m̄, m̃, v̄, ṽ, where x̄ += 0.3 · (x - x̄), and x̃ the same with 0.06.
 */
export function speechFeatures(features: usize, at: usize, levels: usize, floors: usize, harmonicity: f64): void {
  const past = changetype<FeatureMemory>(at);
  const means = at + SCALARS_BYTES;
  if (past.hasHeard == 0) {
    past.hasHeard = 1;
    memory.copy(means, levels, ROW_BYTES);
  }
  let snrSum: f64 = 0;
  let voiceSum: f64 = 0;
  let levelSum: f64 = 0;
  for (let b: usize = 0; b < ROW_BYTES; b += 8) {
    const level = f64.load(levels + b);
    const snr = clamp((level - f64.load(floors + b)) / UNIT_DB, 0, SNR_LIMIT);
    f64.store(features + b, snr);
    snrSum += snr;
    if (b < <usize>VOICE_BANDS * 8) voiceSum += snr;
    levelSum += level;
  }
  const m = snrSum / <f64>BAND_COUNT;
  const weight = min<f64>(1, 2 * m);
  for (let b: usize = 0; b < ROW_BYTES; b += 8) {
    const fromMean = (f64.load(levels + b) - levelSum / <f64>BAND_COUNT) / UNIT_DB;
    f64.store(features + ROW_BYTES + b, clamp(fromMean, -SHAPE_LIMIT, SHAPE_LIMIT) * weight);
    const mean = follow(means + b, f64.load(levels + b), LEVEL_RATIO);
    f64.store(features + 2 * ROW_BYTES + b, ((f64.load(levels + b) - mean) / UNIT_DB) * weight);
  }
  const v = clamp((harmonicity - 0.3) / 0.6, 0, 1) * min<f64>(1, voiceSum / <f64>VOICE_BANDS);
  const ofAll = features + 3 * ROW_BYTES;
  f64.store(ofAll, v);
  f64.store(ofAll, follow(at + offsetof<FeatureMemory>('meanSnrFast'), m, FAST_RATIO), 8);
  f64.store(ofAll, follow(at + offsetof<FeatureMemory>('meanSnrSlow'), m, SLOW_RATIO), 16);
  f64.store(ofAll, follow(at + offsetof<FeatureMemory>('voicedFast'), v, FAST_RATIO), 24);
  f64.store(ofAll, follow(at + offsetof<FeatureMemory>('voicedSlow'), v, SLOW_RATIO), 32);
}

/** 1 / (1 + e⁻ᶻ) with z = Σ w · features + w₀. `weights`: in the order of the features, then w₀; f32. */
export function speechOdds(weights: usize, features: usize): f64 {
  let z = <f64>f32.load(weights + (<usize>FEATURE_COUNT << 2));
  for (let i: usize = 0; i < <usize>FEATURE_COUNT; i++) {
    z += <f64>f32.load(weights + (i << 2)) * f64.load(features + (i << 3));
  }
  return 1 / (1 + exponential(-clamp(z, -ODDS_LIMIT, ODDS_LIMIT)));
}

/** Moves the running mean at `mean` towards x; returns it. */
// @ts-ignore: decorator
@inline
function follow(mean: usize, x: f64, ratio: f64): f64 {
  const moved = f64.load(mean) + ratio * (x - f64.load(mean));
  f64.store(mean, moved);
  return moved;
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
