// This file is the Remez exchange: the cosine sum whose largest weighted error is the smallest possible.
//
// Parks and McClellan, "Chebyshev approximation for nonrecursive digital filters with linear phase", IEEE Trans. Circuit
// Theory 19 (1972); the barycentric form of the interpolation is theirs as well.

/** What a frequency response should be at one frequency. */
export interface GridPoint {
  /** cos ω. */
  readonly x: number;
  readonly wanted: number;
  readonly weight: number;
}

/** Enough is under a dozen; a grid too coarse to settle on must not go on for ever. */
const MOST_ROUNDS = 40;

/**
 * Σ_k a_k · cos(kω), k up to the order, as a function of x = cos ω.
 *
 * @param grid In order of frequency, a dozen points to every extremum, and closer where the extrema are.
 */
export function approximate(grid: readonly GridPoint[], order: number): (x: number) => number {
  let extrema = Array.from({ length: order + 2 }, (_, i) => Math.round((i * (grid.length - 1)) / (order + 1)));
  for (let round = 0; ; round++) {
    const { valueAt, deviation } = levelErrors(pick(grid, extrema));
    const errors = grid.map(({ x, wanted, weight }) => weight * (wanted - valueAt(x)));
    const error = errors.reduce((largest, e) => Math.max(largest, Math.abs(e)), 0);
    const next = findAlternation(errors, order + 2);
    if (error <= deviation * 1.001 || next.length < order + 2 || round === MOST_ROUNDS) return valueAt;
    extrema = next;
  }
}

function pick(grid: readonly GridPoint[], at: readonly number[]): GridPoint[] {
  return at.flatMap((i) => grid[i] ?? []);
}

/** The cosine sum whose weighted errors at the `points` are all of one size, with alternating signs. */
function levelErrors(points: readonly GridPoint[]): { valueAt: (x: number) => number; deviation: number } {
  // Differences of x are doubled, so that their products stay near 1 for any order.
  const inverses = points.map(({ x }) =>
    points.reduce((product, other) => (other.x === x ? product : product * 2 * (x - other.x)), 1),
  );
  const signs = points.map((_, i) => (i % 2 === 0 ? 1 : -1));
  const sumOf = (term: (point: GridPoint, i: number) => number): number =>
    points.reduce((sum, point, i) => sum + term(point, i) / (inverses[i] ?? 1), 0);
  const deviation = sumOf(({ wanted }) => wanted) / sumOf(({ weight }, i) => (signs[i] ?? 0) / weight);
  const values = points.map(({ wanted, weight }, i) => wanted - ((signs[i] ?? 0) * deviation) / weight);
  // One point is left over; the others determine the sum.
  const last = points.at(-1)?.x ?? 0;
  const factors = points.slice(0, -1).map(({ x }, i) => (2 * (x - last)) / (inverses[i] ?? 1));
  const valueAt = (x: number): number => {
    let [above, below] = [0, 0];
    for (const [i, factor] of factors.entries()) {
      const distance = x - (points[i]?.x ?? 0);
      if (distance === 0) return values[i] ?? 0;
      above += (factor / distance) * (values[i] ?? 0);
      below += factor / distance;
    }
    return above / below;
  };
  return { valueAt, deviation: Math.abs(deviation) };
}

/** Where the error is largest in each run of one sign; of more than `count` runs, the smaller ones at the ends go. */
function findAlternation(errors: readonly number[], count: number): number[] {
  const size = (i: number | undefined): number => Math.abs(errors[i ?? 0] ?? 0);
  const peaks: number[] = [];
  for (const [i, error] of errors.entries()) {
    const last = peaks.at(-1);
    if (last === undefined || Math.sign(error) !== Math.sign(errors[last] ?? 0)) peaks.push(i);
    else if (size(i) > size(last)) peaks[peaks.length - 1] = i;
  }
  while (peaks.length > count) {
    if (size(peaks[0]) < size(peaks.at(-1))) peaks.shift();
    else peaks.pop();
  }
  return peaks;
}
