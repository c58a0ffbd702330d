// This file tells whether something grows: the slope of the line that fits a series of measurements best.
import { assertAtMost } from '@voicewire/testkit';

export interface Measurement {
  /** How often it was done, or how long it ran. */
  readonly at: number;
  readonly value: number;
}

/** Least squares: Σ(x − x̄)(y − ȳ) / Σ(x − x̄)². */
export function slopeOf(series: readonly Measurement[]): number {
  const meanAt = series.reduce((sum, { at }) => sum + at, 0) / series.length;
  const meanValue = series.reduce((sum, { value }) => sum + value, 0) / series.length;
  const spread = series.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return series.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0) / spread;
}

/** @throws {Error} when the series grows faster than `limit`, or is too short to tell. */
export function assertFlat(what: string, series: readonly Measurement[], limit: number, unit: string): number {
  if (series.length < 4) throw new Error(`${what}: ${series.length} measurements, but 4 at least tell a slope.`);
  const slope = slopeOf(series);
  assertAtMost(`slope of ${what}`, slope, limit, unit);
  return slope;
}
