// This file scores speech in plain TypeScript, by the formulas of assembly/spectralVad.ts and assembly/speechScore.ts.
import { BANK_LENGTH, PITCH_LENGTH, PITCH_TAP_COUNT, speechModel } from '../../src/design/speechModel.ts';

const HOP_SAMPLES = 320;
const BAND_COUNT = 8;
const WINDOW = 120;
const SHORTEST_LAG = 10;
const LONGEST_LAG = 57;
const UNIT_DB = 15;

/** One score per complete hop of 320 samples at 16 kHz. */
export function speechScoresReference(pcm: Int16Array): number[] {
  const weights = speechModel().subarray(BANK_LENGTH + PITCH_LENGTH);
  let score = 0;
  return speechFeaturesReference(pcm).map((features) => {
    const z = features.reduce((sum, feature, i) => sum + feature * at(weights, i), weights.at(-1) ?? Number.NaN);
    const odds = 1 / (1 + Math.exp(-clamp(z, -30, 30)));
    score += (odds > score ? 0.8 : 0.4) * (odds - score);
    return score;
  });
}

/** Per complete hop, what the weights are multiplied with, in their order. */
export function speechFeaturesReference(pcm: Int16Array): number[][] {
  const model = speechModel();
  const levels = bandLevelsDb(pcm, model.subarray(0, BANK_LENGTH));
  const h = harmonicities(pcm, model.subarray(BANK_LENGTH, BANK_LENGTH + PITCH_LENGTH));
  const bands = Array.from({ length: BAND_COUNT }, (_, b) => levels.map((row) => at(row, b)));
  const smoothed = bands.map((band) => runningMean(band, 0.2, band[0]));
  const snr = levels.map((row, t) =>
    row.map((level, b) => clamp((level - floorDb(smoothed[b] ?? [], t)) / UNIT_DB, 0, 40 / 15)),
  );
  const m = snr.map(mean);
  const v = h.map((value, t) => clamp((value - 0.3) / 0.6, 0, 1) * Math.min(1, mean(snr[t]?.slice(0, 5) ?? [])));
  const means = bands.map((band) => runningMean(band, 0.04, band[0]));
  const columns = [v, runningMean(m, 0.3), runningMean(m, 0.06), runningMean(v, 0.3), runningMean(v, 0.06)];
  return levels.map((row, t) => {
    return [
      ...(snr[t] ?? []),
      ...row.map((level) => clamp((level - mean(row)) / UNIT_DB, -2, 2) * Math.min(1, 2 * at(m, t))),
      ...row.map((level, b) => ((level - at(means[b] ?? [], t)) / UNIT_DB) * Math.min(1, 2 * at(m, t))),
      ...columns.map((column) => at(column, t)),
    ];
  });
}

/** Per hop, the level of each band. */
function bandLevelsDb(pcm: Int16Array, model: Float32Array): number[][] {
  const bands = Array.from({ length: BAND_COUNT }, (_, b) => {
    const gain = at(model, b);
    return filter(Float64Array.from(pcm, toFloat), [gain, 0, -gain, at(model, 8 + b), at(model, 16 + b)]);
  });
  return Array.from({ length: Math.floor(pcm.length / HOP_SAMPLES) }, (_, t) =>
    bands.map((band) => {
      const hop = band.subarray(t * HOP_SAMPLES, (t + 1) * HOP_SAMPLES);
      const power = hop.reduce((sum, y) => sum + y * y, 0) / HOP_SAMPLES;
      return 10 * Math.log10(power + 1e-9);
    }),
  );
}

/** Per hop, the largest normalised cross-correlation of the last 30 ms with the audio 2.5 to 14.25 ms before. */
function harmonicities(pcm: Int16Array, model: Float32Array): number[] {
  const taps = model.subarray(0, PITCH_TAP_COUNT);
  const lowPassed = Float64Array.from({ length: Math.floor(pcm.length / 4) }, (_, i) =>
    taps.reduce((sum, tap, k) => sum + tap * toFloat(at(pcm, 4 * i + 3 - k, 0)), 0),
  );
  const kept = filter(lowPassed, Array.from(model.subarray(PITCH_TAP_COUNT)));
  const sample = (n: number) => at(kept, n, 0);
  const correlation = (end: number, lagA: number, lagB: number) => {
    let sum = 0;
    for (let n = end - WINDOW; n < end; n++) sum += sample(n - lagA) * sample(n - lagB);
    return sum;
  };
  return Array.from({ length: Math.floor(pcm.length / HOP_SAMPLES) }, (_, t) => {
    const end = ((t + 1) * HOP_SAMPLES) / 4;
    let best = 0;
    for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag++) {
      const energies = correlation(end, 0, 0) * correlation(end, lag, lag);
      best = Math.max(best, correlation(end, 0, lag) / Math.sqrt(energies + 1e-14));
    }
    return best;
  });
}

/** Windows of ten hops: the running one and the ten complete ones before it. */
function floorDb(smoothed: readonly number[], t: number): number {
  return Math.min(...smoothed.slice(Math.max(0, Math.floor(t / 10) * 10 - 100), t + 1));
}

function filter(x: Float64Array, [b0 = 0, b1 = 0, b2 = 0, a1 = 0, a2 = 0]: readonly number[]): Float64Array {
  const y = new Float64Array(x.length);
  for (let n = 0; n < x.length; n++) {
    const fed = b0 * at(x, n) + b1 * at(x, n - 1, 0) + b2 * at(x, n - 2, 0);
    y[n] = fed - a1 * at(y, n - 1, 0) - a2 * at(y, n - 2, 0);
  }
  return y;
}

function runningMean(values: readonly number[], ratio: number, first = 0): number[] {
  let state = first;
  return values.map((value) => (state += ratio * (value - state)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}

function toFloat(sample: number): number {
  return sample / 32_768;
}

/** Outside the row: `missing`, or NaN, which no comparison survives. */
function at(values: ArrayLike<number>, index: number, missing = Number.NaN): number {
  return values[index] ?? missing;
}
