// This file tells how loud a stream is right now, for people who watch.
import { SILENCE_DB } from './levelMeter.ts';

/** Audio per reading: 100 ms at 16 kHz. */
const WINDOW_SAMPLES = 1600;
/** Every so many samples are looked at: enough for a meter, and a thousand sessions are 16 million samples a second. */
const STRIDE = 8;
const FULL_SCALE = 32_768;
/** A stream that has been still for so long is silent, in ms. */
const STILL_MS = 300;

/** Holds the latest reading. */
export class RecentLevel {
  #sumOfSquares = 0;
  #samples = 0;
  #latestDb = SILENCE_DB;
  #latestAtMs = 0;

  add(pcm: Int16Array, nowMs: number): void {
    let sum = 0;
    for (let i = 0; i < pcm.length; i += STRIDE) sum += (pcm[i] ?? 0) ** 2;
    this.#sumOfSquares += sum * STRIDE;
    this.#samples += pcm.length;
    this.#latestAtMs = nowMs;
    if (this.#samples < WINDOW_SAMPLES) return;
    const power = this.#sumOfSquares / this.#samples / FULL_SCALE ** 2;
    this.#latestDb = power === 0 ? SILENCE_DB : 10 * Math.log10(power);
    this.#sumOfSquares = 0;
    this.#samples = 0;
  }

  /** Root mean square of the latest 100 ms, in dB of full scale; -120 for silence and for streams that stand still. */
  readDb(nowMs: number): number {
    return nowMs - this.#latestAtMs > STILL_MS ? SILENCE_DB : this.#latestDb;
  }
}
