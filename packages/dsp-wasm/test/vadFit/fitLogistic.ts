// This file fits logistic weights: the penalised cross entropy has one minimum, and Newton's method goes straight to it.

/** Rows of equal length, each with the truth and how much it counts. */
export interface Observation {
  readonly features: Float64Array;
  readonly isSpeech: boolean;
  readonly weight: number;
}

const MAX_STEPS = 30;
const SMALLEST_STEP = 1e-9;

/**
 * Minimises Σ weight · cross entropy + penalty · |weights of the standardised features|². Deterministic.
 *
 * @param penalty Above 0.
 * @returns A weight per feature, to be used on features as they are, then the constant.
 */
export function fitLogistic(observations: readonly Observation[], penalty: number): number[] {
  const { means, deviations } = momentsOf(observations);
  const rows = observations.map(({ features }) => {
    return Float64Array.from([1, ...features.map((x, i) => (x - at(means, i)) / at(deviations, i))]);
  });
  const size = means.length + 1;
  const weights = new Float64Array(size);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { slope, curvature } = derivatives(observations, rows, weights, penalty);
    const move = solve(curvature, slope, size);
    for (let i = 0; i < size; i++) weights[i] = at(weights, i) - at(move, i);
    if (Math.max(...move.map(Math.abs)) < SMALLEST_STEP) break;
  }
  const scaled = [...means.keys()].map((i) => at(weights, i + 1) / at(deviations, i));
  return [...scaled, at(weights, 0) - scaled.reduce((sum, weight, i) => sum + weight * at(means, i), 0)];
}

function momentsOf(observations: readonly Observation[]) {
  const length = observations[0]?.features.length ?? 0;
  const mean = (of: (features: Float64Array) => number) =>
    observations.reduce((sum, { features }) => sum + of(features), 0) / observations.length;
  const means = Array.from({ length }, (_, i) => mean((features) => at(features, i)));
  const deviations = means.map((m, i) => Math.sqrt(mean((features) => (at(features, i) - m) ** 2)) + 1e-6);
  return { means, deviations };
}

/** Of the penalised cross entropy; the curvature's lower triangle, row by row in a square. */
function derivatives(
  observations: readonly Observation[],
  rows: readonly Float64Array[],
  weights: Float64Array,
  penalty: number,
): { slope: Float64Array; curvature: Float64Array } {
  const size = weights.length;
  const slope = weights.map((weight, i) => (i === 0 ? 0 : 2 * penalty * weight));
  const curvature = new Float64Array(size * size);
  for (let i = 0; i < size; i++) curvature[i * size + i] = i === 0 ? 1e-9 : 2 * penalty;
  for (const [n, { isSpeech, weight }] of observations.entries()) {
    const row = rows[n] ?? new Float64Array(size);
    const z = row.reduce((sum, x, i) => sum + x * at(weights, i), 0);
    const odds = 1 / (1 + Math.exp(-z));
    const error = weight * (odds - (isSpeech ? 1 : 0));
    const bend = weight * odds * (1 - odds);
    for (let i = 0; i < size; i++) {
      slope[i] = at(slope, i) + error * at(row, i);
      const scale = bend * at(row, i);
      for (let j = 0; j <= i; j++) curvature[i * size + j] = at(curvature, i * size + j) + scale * at(row, j);
    }
  }
  return { slope, curvature };
}

/** x of A·x = b, A symmetric and positive, by Cholesky: A = L·Lᵀ, in place. */
function solve(a: Float64Array, b: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = at(a, i * size + j);
      for (let k = 0; k < j; k++) rest -= at(a, i * size + k) * at(a, j * size + k);
      a[i * size + j] = i === j ? Math.sqrt(rest) : rest / at(a, j * size + j);
    }
  }
  const x = b.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = at(x, i) - at(a, i * size + k) * at(x, k);
    x[i] = at(x, i) / at(a, i * size + i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = at(x, i) - at(a, k * size + i) * at(x, k);
    x[i] = at(x, i) / at(a, i * size + i);
  }
  return x;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
