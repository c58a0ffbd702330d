// This file tells how loud a stream is right now, for people who watch.
import { SILENCE_DB } from './levelMeter.ts';

/** A reading is taken once per so much audio: 100 ms at 16 kHz. A thousand sessions are 16 million samples a second. */
const WINDOW_SAMPLES = 1600;
/** Every so many samples are looked at: enough for a meter. */
const STRIDE = 8;
const FULL_SCALE = 32_768;
/** A stream that has been still for so long is silent, in ms. */
const STILL_MS = 300;

/** Holds the latest reading. */
export class RecentLevel {
  readonly #nowMs: () => number;
  #samples = 0;
  #latestDb = SILENCE_DB;
  #latestAtMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(pcm: Int16Array): void {
    this.#samples += pcm.length;
    if (this.#samples < WINDOW_SAMPLES) return;
    this.#samples = 0;
    this.#latestDb = measureDb(pcm);
    this.#latestAtMs = this.#nowMs();
  }

  /** Root mean square of the block that ended the latest 100 ms, in dB of full scale; -120 for silence and when no audio comes. */
  get db(): number {
    return this.#nowMs() - this.#latestAtMs > STILL_MS ? SILENCE_DB : this.#latestDb;
  }
}

function measureDb(pcm: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < pcm.length; i += STRIDE) sum += (pcm[i] ?? 0) ** 2;
  const power = sum / Math.ceil(pcm.length / STRIDE) / FULL_SCALE ** 2;
  return power === 0 ? SILENCE_DB : 10 * Math.log10(power);
}
