// This file bounds a median without assuming any distribution, and says when there are too few values to do so.
import { sortAscending } from './percentile.ts';

/** Limits that are measured values themselves. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * 95 % interval of the median by order statistics: the k-th smallest and the k-th largest value, with the largest k
 * whose coverage 1 − 2 · P(Binomial(n, ½) < k) is at least 95 %.
 *
 * @returns Null below 6 values, where even minimum and maximum cover the median with less than 95 %.
 */
export function medianIntervalOf(values: readonly number[]): Interval | null {
  const n = values.length;
  let rank = 0;
  // pmf = C(n, k) / 2^n, in logarithms since 2^n overflows for large n.
  let logPmf = -n * Math.LN2;
  let below = 0;
  for (let k = 0; k < n / 2; k++) {
    below += Math.exp(logPmf);
    if (below > 0.025) break;
    rank = k + 1;
    logPmf += Math.log((n - k) / (k + 1));
  }
  if (rank === 0) return null;
  const sorted = sortAscending(values);
  return { low: sorted[rank - 1] ?? NaN, high: sorted[n - rank] ?? NaN };
}
