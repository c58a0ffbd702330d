// This file measures level and clipping of 16-bit audio.

/** Full scale of 16-bit audio. */
const FULL_SCALE = 32_768;
/** Reported for digital silence, in dB. */
export const SILENCE_DB = -120;

/** Accumulates blocks of any length; all figures are over everything added. */
export class LevelMeter {
  #sumOfSquares = 0;
  #samples = 0;
  #peak = 0;
  #clippedSamples = 0;

  /** Adds one block. Never allocates. */
  add(pcm: Int16Array): void {
    let [sum, peak, clippedSamples] = [0, this.#peak, 0];
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i] ?? 0;
      const magnitude = sample < 0 ? -sample : sample;
      if (magnitude > peak) peak = magnitude;
      if (magnitude >= 32_767) clippedSamples += 1;
      sum += sample * sample;
    }
    this.#sumOfSquares += sum;
    this.#peak = peak;
    this.#clippedSamples += clippedSamples;
    this.#samples += pcm.length;
  }

  /** Forgets everything. */
  reset(): void {
    this.#sumOfSquares = 0;
    this.#samples = 0;
    this.#peak = 0;
    this.#clippedSamples = 0;
  }

  /** Root mean square, in dB relative to full scale; -120 for silence or no audio. */
  get rmsDb(): number {
    if (this.#sumOfSquares === 0) return SILENCE_DB;
    return 10 * Math.log10(this.#sumOfSquares / this.#samples / FULL_SCALE ** 2);
  }

  /** Largest magnitude, in dB relative to full scale; -120 for silence or no audio. */
  get peakDb(): number {
    return this.#peak === 0 ? SILENCE_DB : 20 * Math.log10(this.#peak / FULL_SCALE);
  }

  /** Samples at either end of the range. */
  get clippedSamples(): number {
    return this.#clippedSamples;
  }
}
