// This file tells how loud a stream is right now, for people who watch.
import { LevelMeter, SILENCE_DB } from './levelMeter.ts';

/** Audio per reading: 100 ms at 16 kHz. */
const WINDOW_SAMPLES = 1600;
/** A stream that has been still for so long is silent, in ms. */
const STILL_MS = 300;

/** Holds the latest reading. */
export class RecentLevel {
  readonly #meter = new LevelMeter();
  #samples = 0;
  #latestDb = SILENCE_DB;
  #latestAtMs = 0;

  add(pcm: Int16Array, nowMs: number): void {
    this.#meter.add(pcm);
    this.#samples += pcm.length;
    this.#latestAtMs = nowMs;
    if (this.#samples < WINDOW_SAMPLES) return;
    this.#latestDb = this.#meter.rmsDb;
    this.#meter.reset();
    this.#samples = 0;
  }

  /** Root mean square of the latest 100 ms, in dB of full scale; -120 for silence and for streams that stand still. */
  readDb(nowMs: number): number {
    return nowMs - this.#latestAtMs > STILL_MS ? SILENCE_DB : this.#latestDb;
  }
}
