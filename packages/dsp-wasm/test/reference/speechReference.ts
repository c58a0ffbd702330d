// This file scores speech in plain TypeScript, by the formulas of assembly/spectralVad.ts and assembly/speechScore.ts.
import { speechModel } from '../../src/design/speechModel.ts';

const HOP_SAMPLES = 320;
const BAND_COUNT = 8;
const WINDOW = 120;
const LONGEST_LAG = 60;

/** One score per complete hop of 320 samples at 16 kHz. */
export function speechScoresReference(pcm: Int16Array): number[] {
  const model = speechModel();
  const levels = bandLevelsDb(pcm, model.subarray(0, 24));
  const periodicity = harmonicities(pcm, model.subarray(24, 39));
  const weights = model.subarray(39);
  let score = 0;
  return featureRows(levels, periodicity).map((features) => {
    const z = features.reduce((sum, feature, i) => sum + feature * at(weights, i), weights.at(-1) ?? Number.NaN);
    const odds = 1 / (1 + Math.exp(-clamp(z, -30, 30)));
    score += (odds > score ? 0.5 : 0.3) * (odds - score);
    return score;
  });
}

/** Per hop, the level of each band. */
function bandLevelsDb(pcm: Int16Array, model: Float64Array): number[][] {
  const bands = Array.from({ length: BAND_COUNT }, (_, b) => {
    const gain = at(model, b);
    return filter(Float64Array.from(pcm, toFloat), [gain, 0, -gain, at(model, 8 + b), at(model, 16 + b)]);
  });
  return Array.from({ length: Math.floor(pcm.length / HOP_SAMPLES) }, (_, t) =>
    bands.map((band) => {
      const hop = band.subarray(t * HOP_SAMPLES, (t + 1) * HOP_SAMPLES);
      const power = hop.reduce((sum, y) => sum + y * y, 0) / HOP_SAMPLES;
      return Math.max(-90, 10 * Math.log10(power));
    }),
  );
}

/** Per hop, the largest normalised cross-correlation of the last 30 ms with the audio 2.5 to 15 ms before. */
function harmonicities(pcm: Int16Array, model: Float64Array): number[] {
  const sections = [0, 5, 10].map((first) => Array.from(model.subarray(first, first + 5)));
  const filtered = sections.reduce(filter, Float64Array.from(pcm, toFloat));
  const kept = filtered.filter((_, n) => n % 4 === 3).map(Math.fround);
  const sample = (n: number) => at(kept, n, 0);
  const correlation = (end: number, lagA: number, lagB: number) => {
    let sum = 0;
    for (let n = end - WINDOW; n < end; n++) sum += sample(n - lagA) * sample(n - lagB);
    return sum;
  };
  return Array.from({ length: Math.floor(pcm.length / HOP_SAMPLES) }, (_, t) => {
    const end = ((t + 1) * HOP_SAMPLES) / 4;
    let best = 0;
    for (let lag = 10; lag <= LONGEST_LAG; lag++) {
      const energies = correlation(end, 0, 0) * correlation(end, lag, lag);
      best = Math.max(best, correlation(end, 0, lag) / Math.sqrt(energies + 1e-14));
    }
    return best;
  });
}

/** Per hop, what the weights are multiplied with, in their order. */
function featureRows(levels: readonly number[][], periodicity: readonly number[]): number[][] {
  const snr = levels.map((row, t) => row.map((level, b) => clamp(level - floorDb(levels, t, b), 0, 30) / 15));
  const m = snr.map(mean);
  const h = periodicity.map((value) => clamp((value - 0.3) / 0.6, 0, 1));
  const v = h.map((value, t) => value * Math.min(1, mean(snr[t]?.slice(0, 5) ?? [])));
  const shape = levels.map((row, t) =>
    row.map((level) => clamp((level - mean(row)) / 15, -2, 2) * Math.min(1, 2 * at(m, t))),
  );
  const shapeFast = Array.from({ length: BAND_COUNT }, (_, b) =>
    runningMean(
      shape.map((row) => at(row, b)),
      0.3,
    ),
  );
  const change = m.map((value, t) => Math.abs(value - at(m, t - 1, 0)));
  const columns = [m, m.map((x) => Math.min(x, 0.7)), snr.map((row) => Math.max(...row)), h, v];
  columns.push(runningMean(m, 0.3), runningMean(m, 0.06), runningMean(v, 0.3), runningMean(v, 0.06));
  columns.push(runningMean(change, 0.2));
  return levels.map((_, t) => [
    ...(snr[t] ?? []),
    ...columns.map((column) => at(column, t)),
    ...(shape[t] ?? []),
    ...shapeFast.map((column) => at(column, t)),
    at(runningMean(m, 0.3), t) * at(runningMean(v, 0.3), t),
  ]);
}

/** Windows of ten hops: the running one and the ten complete ones before it. */
function floorDb(levels: readonly number[][], t: number, b: number): number {
  const oldest = Math.max(0, Math.floor(t / 10) * 10 - 100);
  return Math.min(...levels.slice(oldest, t + 1).map((row) => at(row, b)));
}

function filter(x: Float64Array, [b0 = 0, b1 = 0, b2 = 0, a1 = 0, a2 = 0]: readonly number[]): Float64Array {
  const y = new Float64Array(x.length);
  for (let n = 0; n < x.length; n++) {
    const fed = b0 * at(x, n) + b1 * at(x, n - 1, 0) + b2 * at(x, n - 2, 0);
    y[n] = fed - a1 * at(y, n - 1, 0) - a2 * at(y, n - 2, 0);
  }
  return y;
}

function runningMean(values: readonly number[], ratio: number): number[] {
  let state = 0;
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
