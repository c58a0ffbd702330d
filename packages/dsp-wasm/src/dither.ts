// This file chooses the dither of a stream of samples: noise that keeps the error of rounding apart from the signal.
import { checkOneOf, checkWhole } from './optionChecks.ts';

const LARGEST_SEED = 2 ** 32 - 1;
/** 2³² over the golden ratio: sends neighbouring seeds far apart. */
const SEED_FACTOR = 0x9e37_79b1;

/**
 * Noise of triangular density, two int16 steps from end to end, for `float32ToInt16`: one object per stream. Its noise
 * is a function of the seed and the sample's number alone, so the same stream gets the same however it is cut. It starts
 * anew after 2³² samples; seeds are places in that one sequence.
 */
export class TpdfDither {
  /** Number of the first sample: 0 to 2³² - 1. */
  readonly firstNumber: number;
  #nextNumber: number;

  /** @param seed Whole number from 0 to 2³² - 1; default 0. @throws {AudioFormatError} `invalid-dither`. */
  constructor(seed = 0) {
    checkWhole('invalid-dither', 'The seed of dither', seed, 0, LARGEST_SEED, { seed });
    this.firstNumber = Math.imul(seed, SEED_FACTOR) >>> 0;
    this.#nextNumber = this.firstNumber;
  }

  /** Gives the next `sampleCount` samples their numbers; returns that of the first. */
  take(sampleCount: number): number {
    const first = this.#nextNumber;
    this.#nextNumber = (first + sampleCount) >>> 0;
    return first;
  }

  /** The next sample is the first again. */
  reset(): void {
    this.#nextNumber = this.firstNumber;
  }
}

/** Null for `none`. @throws {AudioFormatError} `invalid-dither`. */
export function ditherOf(kind: 'none' | 'tpdf', seed: number): TpdfDither | null {
  checkOneOf('invalid-dither', 'dither', kind, ['none', 'tpdf'], { dither: String(kind) });
  return kind === 'tpdf' ? new TpdfDither(seed) : null;
}
