// This file counts times in ms, in steps of 0.25 ms up to 4 s, so that an hour takes no more memory than a second.
const STEP_MS = 0.25;
const STEPS = 16_000;

/** Negative times count as 0, longer ones as 4 s; the maximum is exact. */
export class Histogram {
  #counts = new Float64Array(STEPS);
  #total = 0;
  #max = 0;

  add(ms) {
    const step = Math.min(STEPS - 1, Math.max(0, Math.floor(ms / STEP_MS)));
    this.#counts[step] += 1;
    this.#total += 1;
    if (ms > this.#max) this.#max = ms;
  }

  get count() {
    return this.#total;
  }

  /** Upper end of the step that holds the share `ratio`, in ms. */
  quantile(ratio) {
    let left = ratio * this.#total;
    for (let step = 0; step < STEPS; step++) {
      left -= this.#counts[step];
      if (left <= 0) return Math.min(this.#max, (step + 1) * STEP_MS);
    }
    return this.#max;
  }

  summary() {
    return {
      count: this.#total,
      p50Ms: this.quantile(0.5),
      p95Ms: this.quantile(0.95),
      p99Ms: this.quantile(0.99),
      maxMs: this.#max,
    };
  }
}
