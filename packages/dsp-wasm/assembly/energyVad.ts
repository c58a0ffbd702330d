// This file scores how likely 20 ms of audio are speech: level above an adaptive noise floor, after a high-pass.
import { powerToDb } from './decibels';

/** Samples are int16 at 16 kHz. A score belongs to a hop of 320 samples, wherever blocks and frames begin. */
@unmanaged
export class EnergyVad {
  hopSamples: i32;
  /** Samples of the current hop so far. */
  heardSamples: i32;
  /** Σ y² of the current hop, y being the high-passed samples. */
  energy: f64;
  previousInput: f64;
  previousOutput: f64;
  floorDb: f64;
  score: f64;
}

const FULL_SCALE: f64 = 32768;
// One pole at 150 Hz for 16 kHz, exp(-2π·150/16000): below the first harmonic of most voices' energy, above hum and rumble.
const HIGH_PASS_POLE: f64 = 0.94279;
const INITIAL_FLOOR_DB: f64 = -60;
/** Share of the way down that the floor goes per hop when the level is below it. */
const FLOOR_FALL_RATIO: f64 = 0.25;
/** 3 dB per second. */
const FLOOR_RISE_DB: f64 = 0.06;
const SCORE_0_DB: f64 = 3;
const SCORE_1_DB: f64 = 15;

export function initVad(at: usize, hopSamples: i32): void {
  changetype<EnergyVad>(at).hopSamples = hopSamples;
  resetVad(at);
}

export function resetVad(at: usize): void {
  const vad = changetype<EnergyVad>(at);
  vad.heardSamples = 0;
  vad.energy = 0;
  vad.previousInput = 0;
  vad.previousOutput = 0;
  vad.floorDb = INITIAL_FLOOR_DB;
  vad.score = 0;
}

/** Takes `count` int16 samples; `score` is then that of the last hop that is complete. */
export function hearSamples(at: usize, samples: usize, count: i32): void {
  const vad = changetype<EnergyVad>(at);
  let x1 = vad.previousInput;
  let y1 = vad.previousOutput;
  for (let n = 0; n < count; n++) {
    const x = <f64>load<i16>(samples + (<usize>n << 1)) / FULL_SCALE;
    y1 = x - x1 + HIGH_PASS_POLE * y1;
    x1 = x;
    vad.energy += y1 * y1;
    if (++vad.heardSamples == vad.hopSamples) endHop(vad);
  }
  vad.previousInput = x1;
  vad.previousOutput = y1;
}

function endHop(vad: EnergyVad): void {
  const levelDb = powerToDb(vad.energy / <f64>vad.hopSamples);
  const aboveDb = levelDb - vad.floorDb;
  vad.floorDb += aboveDb < 0 ? aboveDb * FLOOR_FALL_RATIO : min(aboveDb, FLOOR_RISE_DB);
  vad.score = max(0, min(1, (aboveDb - SCORE_0_DB) / (SCORE_1_DB - SCORE_0_DB)));
  vad.energy = 0;
  vad.heardSamples = 0;
}
