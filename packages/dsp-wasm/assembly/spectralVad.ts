// This file scores how likely 20 ms of audio are speech, from the levels of eight bands, their noise floors and pitch.
import { powerToDb } from './decibels';
import { int16ToFloat32 } from './convert';
import { BAND_COUNT, BANK_COEFFICIENTS_BYTES, BANK_STATE_BYTES, filterBands, POWERS_BYTES } from './filterBank';
import { harmonicity, keepPitch, PITCH_COEFFICIENTS_BYTES, PITCH_LEAD, PITCH_STATE_BYTES } from './harmonicity';
import { FLOOR_BYTES, HOPS_PER_ROUND, resetFloor, trackFloor } from './noiseFloor';
import { FEATURE_MEMORY_BYTES, speechFeatures, speechOdds } from './speechScore';

/**
 * Samples are int16 at 16 kHz, in hops of 320, wherever blocks and frames begin. For hop t:
 *
 *   E_b(t) = 10 · log10(mean of y_b² + 1e-9)      dBFS in band b, never below -90
 *   L_b(t) = L_b(t-1) + 0.2 · (E_b(t) - L_b(t-1))  smoothed level, L_b(0) = E_b(0)
 *   F_b(t) = min of L_b over the last 2 to 2.2 s  noise floor, which shows between words
 *   p(t)   = speechOdds(speechFeatures(E, F, harmonicity))
 *   s(t)   = s(t-1) + c · (p(t) - s(t-1))         score; c = 0.8 when rising, 0.4 when falling
 *
 * Coefficients and weights come from the host: src/design/speechModel.ts.
 */
@unmanaged
export class SpectralVad {
  score: f64;
  /** f32: coefficients of the bands, of the pitch filter, weights, one behind the other. */
  model: usize;
  /** Receives the features of every hop, f64: weights can be fitted to what this very code computes. */
  features: usize;
  /** Samples of the current hop so far. */
  heardSamples: i32;
  /** Complete hops, modulo `HOPS_PER_ROUND`. */
  hop: i32;
}

const HOP_SAMPLES: i32 = 320;
const SILENCE_POWER: f64 = 1e-9;
const RISE_RATIO: f64 = 0.8;
const FALL_RATIO: f64 = 0.4;

const LEVELS_BYTES: usize = <usize>BAND_COUNT * 8;
const PITCH_COEFFICIENTS: usize = BANK_COEFFICIENTS_BYTES;
const WEIGHTS: usize = PITCH_COEFFICIENTS + PITCH_COEFFICIENTS_BYTES;

// Behind the struct, in this order. What a reset must not set to zero comes last.
const POWERS: usize = (offsetof<SpectralVad>() + 15) & ~15;
const LEVELS: usize = POWERS + POWERS_BYTES;
const FLOORS: usize = LEVELS + LEVELS_BYTES;
const BANK_STATE: usize = FLOORS + LEVELS_BYTES;
const PITCH_STATE: usize = BANK_STATE + BANK_STATE_BYTES;
const FEATURE_MEMORY: usize = PITCH_STATE + PITCH_STATE_BYTES;
/** The hop's samples as f32, in -1..1, and before them the end of the last hop, which the filters read. */
const LEAD: usize = FEATURE_MEMORY + FEATURE_MEMORY_BYTES;
const HOP: usize = LEAD + <usize>PITCH_LEAD * 4;
const MINIMA: usize = HOP + <usize>HOP_SAMPLES * 4;
const END: usize = MINIMA + FLOOR_BYTES;

/** Bytes of the struct and everything behind it. */
export function spectralVadBytes(): i32 {
  return <i32>END;
}

export function initVad(at: usize, model: usize, features: usize): void {
  const vad = changetype<SpectralVad>(at);
  vad.model = model;
  vad.features = features;
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
    const part = min<i32>(count, HOP_SAMPLES - vad.heardSamples);
    int16ToFloat32(samples, at + HOP + (<usize>vad.heardSamples << 2), part);
    vad.heardSamples += part;
    if (vad.heardSamples == HOP_SAMPLES) endHop(at);
    samples += <usize>part << 1;
    count -= part;
  }
}

function endHop(at: usize): void {
  const vad = changetype<SpectralVad>(at);
  filterBands(vad.model, at + BANK_STATE, at + POWERS, at + HOP, HOP_SAMPLES);
  for (let b: usize = 0; b < <usize>BAND_COUNT; b++) {
    const power = <f64>f32.load(at + POWERS + (b << 2)) / <f64>HOP_SAMPLES;
    f64.store(at + LEVELS + (b << 3), powerToDb(power + SILENCE_POWER));
  }
  trackFloor(at + MINIMA, at + LEVELS, at + FLOORS, vad.hop);
  keepPitch(vad.model + PITCH_COEFFICIENTS, at + PITCH_STATE, at + HOP, HOP_SAMPLES);
  const pitch = harmonicity(at + PITCH_STATE);
  speechFeatures(vad.features, at + FEATURE_MEMORY, at + LEVELS, at + FLOORS, pitch);
  const odds = speechOdds(vad.model + WEIGHTS, vad.features);
  vad.score += (odds - vad.score) * (odds > vad.score ? RISE_RATIO : FALL_RATIO);
  memory.copy(at + LEAD, at + MINIMA - <usize>PITCH_LEAD * 4, <usize>PITCH_LEAD * 4);
  vad.heardSamples = 0;
  if (++vad.hop == HOPS_PER_ROUND) vad.hop = 0;
}
