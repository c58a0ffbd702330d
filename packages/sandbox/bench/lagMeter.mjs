// This file measures how late this process itself is: a timer every 10 ms, and by how much it fires too late.
import { Histogram } from './histogram.mjs';

const EVERY_MS = 10;

/** Runs from its construction on. */
export class LagMeter {
  #histogram = new Histogram();
  #dueMs = performance.now() + EVERY_MS;
  #timer = setTimeout(() => this.#tick(), EVERY_MS);

  /** Ends; returns the lag in ms. */
  stop() {
    clearTimeout(this.#timer);
    return this.#histogram.summary();
  }

  #tick() {
    const nowMs = performance.now();
    this.#histogram.add(nowMs - this.#dueMs);
    this.#dueMs = nowMs + EVERY_MS;
    this.#timer = setTimeout(() => this.#tick(), EVERY_MS);
  }
}
