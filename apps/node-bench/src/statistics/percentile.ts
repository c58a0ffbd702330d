// This file takes percentiles by nearest rank from raw values, of which some may be infinite.

/** A copy in ascending order; infinities, the turns that failed, come last. */
export function sortAscending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => (a === b ? 0 : a - b));
}

/**
 * Exact nearest rank: the smallest value that at least `share` of all values do not exceed. No interpolation, so that
 * every percentile is a value that was measured, and one that falls on a failed turn is infinite.
 *
 * @param sorted In ascending order, at least one value.
 * @param share  0 to 1; 0 gives the smallest value.
 */
export function percentileOf(sorted: readonly number[], share: number): number {
  // A share such as 0.9 is not exact in binary: 0.9 · 10 must not become rank 10 by a rounding error.
  const rank = Math.ceil(share * sorted.length - 1e-9);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1] ?? NaN;
}
