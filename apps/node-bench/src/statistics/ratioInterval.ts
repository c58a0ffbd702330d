// This file compares two medians: their ratio, with an interval found by drawing the measured values again and again.
import type { Interval } from './medianInterval.ts';
import { percentileOf, sortAscending } from './percentile.ts';
import { createSeededRandom } from './seededRandom.ts';

/** Resamples: the limits of a 95 % interval then move by less than a hundredth of its width from seed to seed. */
const RESAMPLES_COUNT = 4000;

/** How two samples relate. */
export interface RatioEstimate extends Interval {
  /** Median of the second over median of the first. */
  readonly ratio: number;
}

/**
 * Ratio of medians, second over first, with a 95 % interval by the percentile bootstrap (each sample resampled on its own).
 *
 * @param first  At least one value; infinite ones are failed turns.
 * @param second The same.
 * @param seed   Same values and seed, same interval.
 */
export function estimateMedianRatio(first: readonly number[], second: readonly number[], seed = 1): RatioEstimate {
  const random = createSeededRandom(seed);
  const [sortedFirst, sortedSecond] = [sortAscending(first), sortAscending(second)];
  const ratios = Array.from({ length: RESAMPLES_COUNT }, () =>
    ratioOf(drawMedian(sortedFirst, random), drawMedian(sortedSecond, random)),
  );
  const sorted = sortAscending(ratios);
  return {
    ratio: ratioOf(percentileOf(sortedFirst, 0.5), percentileOf(sortedSecond, 0.5)),
    low: percentileOf(sorted, 0.025),
    high: percentileOf(sorted, 0.975),
  };
}

export function medianOf(values: readonly number[]): number {
  return percentileOf(sortAscending(values), 0.5);
}

// Two zeros, or two infinities, are equally fast.
function ratioOf(first: number, second: number): number {
  return first === second ? 1 : second / first;
}

/** Median of as many values as there are, drawn with replacement. Counts how often each is drawn instead of sorting. */
function drawMedian(sorted: readonly number[], random: () => number): number {
  const drawn = new Uint32Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    const at = Math.floor(random() * sorted.length);
    drawn[at] = (drawn[at] ?? 0) + 1;
  }
  // The same rank as `percentileOf` takes for a share of one half.
  let left = Math.ceil(sorted.length / 2);
  const at = drawn.findIndex((count) => (left -= count) <= 0);
  return sorted[at] ?? NaN;
}
