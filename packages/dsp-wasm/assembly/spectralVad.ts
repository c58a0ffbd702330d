// This file scores how likely 20 ms of audio are speech, from the levels of eight bands, their noise floors and pitch.
import { powerToDb } from './decibels';
import { BAND_COUNT, BANK_STATE_BYTES, filterBands } from './filterBank';
import { harmonicity, HISTORY_BYTES, keepPitch, PITCH_STATE_BYTES } from './harmonicity';
import { FLOOR_BYTES, resetFloor, trackFloor } from './noiseFloor';
import { FEATURE_MEMORY_BYTES, speechOdds } from './speechScore';

/**
 * Samples are int16 at 16 kHz, in hops of 320, wherever blocks and frames begin. For hop t:
 *
 *   E_b(t) = max(-90, 10 · log10(mean of y_b²))   dBFS in band b
 *   F_b(t) = min of E_b over the last 2 to 2.2 s  noise floor: the quietest hop between words
 *   p(t)   = speechOdds(E, F, harmonicity)
 *   s(t)   = s(t-1) + c · (p(t) - s(t-1))         score; c = 0.5 when rising, 0.3 when falling
 *
 * Coefficients and weights come from the host: src/design/speechModel.ts.
 */
@unmanaged
export class SpectralVad {
  score: f64;
  /** Filter coefficients of the bands, of the pitch filter, and the weights: f64, one behind the other. */
  model: usize;
  hopSamples: i32;
  /** Samples of the current hop so far. */
  heardSamples: i32;
  /** Complete hops, modulo 100: ten windows of ten. */
  hop: i32;
}

const LOWEST_DB: f64 = -90;
const RISE_RATIO: f64 = 0.5;
const FALL_RATIO: f64 = 0.3;
const HOPS_PER_ROUND: i32 = 100;

const BAND_BYTES: usize = <usize>BAND_COUNT * 8;
const PITCH_COEFFICIENTS: usize = 3 * BAND_BYTES;
const WEIGHTS: usize = PITCH_COEFFICIENTS + 15 * 8;

// Behind the struct, in this order.
const POWERS: usize = 32;
const LEVELS: usize = POWERS + BAND_BYTES;
const FLOORS: usize = LEVELS + BAND_BYTES;
const BANK_STATE: usize = FLOORS + BAND_BYTES;
const PITCH_STATE: usize = BANK_STATE + BANK_STATE_BYTES;
const FEATURES: usize = PITCH_STATE + PITCH_STATE_BYTES;
const HISTORY: usize = FEATURES + FEATURE_MEMORY_BYTES;
const MINIMA: usize = HISTORY + HISTORY_BYTES;
const END: usize = MINIMA + FLOOR_BYTES;

/** Bytes of the struct and everything behind it. */
export function spectralVadBytes(): i32 {
  return <i32>END;
}

export function initVad(at: usize, model: usize, hopSamples: i32): void {
  const vad = changetype<SpectralVad>(at);
  vad.model = model;
  vad.hopSamples = hopSamples;
  resetVad(at);
}

export function resetVad(at: usize): void {
  const vad = changetype<SpectralVad>(at);
  vad.heardSamples = 0;
  vad.hop = 0;
  vad.score = 0;
  memory.fill(at + POWERS, 0, MINIMA - POWERS);
  resetFloor(at + MINIMA);
}

/** Takes `count` int16 samples; `score` is then that of the last hop that is complete. */
export function hearSamples(at: usize, samples: usize, count: i32): void {
  const vad = changetype<SpectralVad>(at);
  while (count > 0) {
    const part = min<i32>(count, vad.hopSamples - vad.heardSamples);
    filterBands(vad.model, at + BANK_STATE, at + POWERS, samples, part);
    const pitch = vad.model + PITCH_COEFFICIENTS;
    keepPitch(pitch, at + PITCH_STATE, at + HISTORY, samples, part, vad.heardSamples);
    vad.heardSamples += part;
    if (vad.heardSamples == vad.hopSamples) endHop(at);
    samples += <usize>part << 1;
    count -= part;
  }
}

function endHop(at: usize): void {
  const vad = changetype<SpectralVad>(at);
  for (let band: usize = 0; band < BAND_BYTES; band += 8) {
    const power = f64.load(at + POWERS + band) / <f64>vad.hopSamples;
    f64.store(at + LEVELS + band, max<f64>(LOWEST_DB, powerToDb(power)));
    f64.store(at + POWERS + band, 0);
  }
  trackFloor(at + MINIMA, at + LEVELS, at + FLOORS, vad.hop);
  const pitch = harmonicity(at + HISTORY);
  const odds = speechOdds(vad.model + WEIGHTS, at + FEATURES, at + LEVELS, at + FLOORS, pitch);
  vad.score += (odds - vad.score) * (odds > vad.score ? RISE_RATIO : FALL_RATIO);
  vad.heardSamples = 0;
  if (++vad.hop == HOPS_PER_ROUND) vad.hop = 0;
}
