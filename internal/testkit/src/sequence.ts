// This file proves that audio crossed a path whole: samples that count, and a reader that says what was lost or doubled.

const WRAP = 65536;

/** Sample `index` of the sequence: the index's low 16 bits, as int16. Neighbours within ±32767 samples are told apart. */
export function sequenceSample(index: number): number {
  return (index << 16) >> 16;
}

/** `sampleCount` samples of the sequence from `startIndex` on. */
export function makeSequence(startIndex: number, sampleCount: number): Int16Array {
  return Int16Array.from({ length: sampleCount }, (_, n) => sequenceSample(startIndex + n));
}

/** The same as samples in [-1, 1): int16 / 32768, which survives a bit-exact path and its conversion back. */
export function makeFloatSequence(startIndex: number, sampleCount: number): Float32Array {
  return Float32Array.from({ length: sampleCount }, (_, n) => sequenceSample(startIndex + n) / 32768);
}

export interface SequenceVerdict {
  readonly receivedSamples: number;
  /** Skipped and never seen later. */
  readonly lostSamples: number;
  /** Seen again. */
  readonly duplicatedSamples: number;
  /** Skipped first and seen later: out of order. */
  readonly lateSamples: number;
  readonly isIntact: boolean;
}

/** Reads the sequence back in blocks of any length. Call `verdict()` at any time. */
export class SequenceVerifier {
  #nextIndex: number;
  #received = 0;
  #duplicated = 0;
  #late = 0;
  readonly #missing = new Set<number>();

  /** @param startIndex Index of the first sample expected. */
  constructor(startIndex = 0) {
    this.#nextIndex = startIndex;
  }

  /** @param samples int16 values as `makeSequence` wrote them. */
  read(samples: ArrayLike<number>): void {
    for (let n = 0; n < samples.length; n++) this.#readOne(samples[n]!);
  }

  verdict(): SequenceVerdict {
    const lostSamples = this.#missing.size;
    const isIntact = lostSamples === 0 && this.#duplicated === 0 && this.#late === 0;
    return {
      receivedSamples: this.#received,
      lostSamples,
      duplicatedSamples: this.#duplicated,
      lateSamples: this.#late,
      isIntact,
    };
  }

  #readOne(value: number): void {
    this.#received++;
    const distance = ((((value - this.#nextIndex) % WRAP) + WRAP + WRAP / 2) % WRAP) - WRAP / 2;
    const index = this.#nextIndex + distance;
    if (distance < 0) {
      if (this.#missing.delete(index)) this.#late++;
      else this.#duplicated++;
      return;
    }
    for (let skipped = this.#nextIndex; skipped < index; skipped++) this.#missing.add(skipped);
    this.#nextIndex = index + 1;
  }
}
