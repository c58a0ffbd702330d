// This file keeps the newest measurements of one stage in a fixed amount of memory.

/** Enough for 80 s of 20 ms frames; a summary of the recent past, not of the whole call. */
const CAPACITY = 4096;

/** Nearest-rank percentiles of the newest values, in ms. */
export interface DurationSummary {
  /** Values ever recorded. */
  readonly count: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Fixed-size record of durations in ms. Recording allocates nothing. */
export class SampleRing {
  private readonly values = new Float64Array(CAPACITY);
  private recorded = 0;

  record(durationMs: number): void {
    this.values[this.recorded % CAPACITY] = durationMs;
    this.recorded += 1;
  }

  /** The newest values, oldest first. */
  toArray(): number[] {
    const kept = Math.min(this.recorded, CAPACITY);
    const start = this.recorded - kept;
    return Array.from({ length: kept }, (_, i) => this.values[(start + i) % CAPACITY] ?? 0);
  }

  /** Null before the first value. */
  summary(): DurationSummary | null {
    const sorted = this.toArray().sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    if (sorted.length === 0) return null;
    return { count: this.recorded, minMs: at(0), p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
  }
}
