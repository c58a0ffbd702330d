// This file designs the two filters that every rate conversion is made of: a sharp half-band one and a short one.
import type { RateRatio } from '../sampleRates.ts';
import { kaiserBeta, kaiserHalfLength, kaiserWeight } from './kaiserWindow.ts';

/** y[n] = Σ_m x[m] · taps[nM - lateness - mL]: taps at L = `up` times the input rate, every M = `down`-th output kept. */
export interface RateFilter {
  readonly ratio: RateRatio;
  readonly taps: Float64Array;
  /** Samples, at `up` times the input rate, that the first tap comes late. */
  readonly latenessSamples: number;
  /** Every second tap is zero, but for the one in the centre; the others are symmetric about it. */
  readonly isHalfBand: boolean;
}

/** Edges of a low-pass, in units of half the sample rate that it runs at. */
interface Edges {
  readonly passRatio: number;
  readonly stopRatio: number;
}

/**
 * Passes the lower half of the band. Runs at four times the lower of the two Nyquist frequencies, so it is flat to 0.875
 * × and has its stop band from 1.125 × that frequency on: a tone that folds lands in between.
 */
const SHARP: Edges = { passRatio: 0.875 / 2, stopRatio: 1.125 / 2 };

/**
 * The sharp filter does not repeat before 2.875 × the lower Nyquist frequency, and only near 3 × does it pass enough to
 * matter. The pass edge is where the Kaiser formula has it; at 0.875 × the filter is down by 0.004 dB.
 */
const SHORT = { passRatio: 0.7, stopRatio: 3 };

/** Half-band low-pass between a rate and twice that rate; `attenuationDb` down in its stop band. */
export function designSharpFilter(ratio: RateRatio, attenuationDb: number): RateFilter {
  const widthRatio = (SHARP.stopRatio - SHARP.passRatio) / 2;
  const pairCount = Math.ceil(kaiserHalfLength(attenuationDb, widthRatio) / 2);
  const taps = designLowPass(2 * pairCount - 1, 1 / 4, attenuationDb);
  return {
    ratio,
    taps: normalise(taps, 2).map((tap) => tap / ratio.down),
    // Going down, an even delay: whole samples at half the rate.
    latenessSamples: ratio.down - 1,
    isHalfBand: true,
  };
}

/**
 * Low-pass from any rate to any other, one of which is the sharp filter's.
 *
 * @param lowerNyquistRatio The lower Nyquist frequency of the whole conversion, as a ratio of `up` times the input rate.
 * @param earlierSamples Delay of an earlier filter, at `up` times the input rate.
 * @param stepSamples The whole delay is made a multiple of this, at the same rate.
 */
export function designShortFilter(
  ratio: RateRatio,
  attenuationDb: number,
  lowerNyquistRatio: number,
  earlierSamples: number,
  stepSamples: number,
): RateFilter {
  const widthRatio = (SHORT.stopRatio - SHORT.passRatio) * lowerNyquistRatio;
  const cutoffRatio = ((SHORT.stopRatio + SHORT.passRatio) / 2) * lowerNyquistRatio;
  const halfLength = Math.ceil(kaiserHalfLength(attenuationDb, widthRatio));
  const delaySamples = Math.ceil((earlierSamples + halfLength) / stepSamples) * stepSamples - earlierSamples;
  const taps = designLowPass(halfLength, cutoffRatio, attenuationDb);
  return {
    ratio,
    taps: normalise(taps, 1).map((tap) => tap * ratio.up),
    latenessSamples: delaySamples - halfLength,
    isHalfBand: false,
  };
}

/** Windowed sinc of `2 · halfLength + 1` taps; the cutoff is a ratio of the sample rate. */
function designLowPass(halfLength: number, cutoffRatio: number, attenuationDb: number): Float64Array {
  const beta = kaiserBeta(attenuationDb);
  const taps = new Float64Array(2 * halfLength + 1);
  for (let offset = 0; offset <= halfLength; offset++) {
    const tap = sinc(2 * cutoffRatio * offset) * kaiserWeight(offset / (halfLength + 1), beta);
    taps[halfLength - offset] = tap;
    taps[halfLength + offset] = tap;
  }
  return taps;
}

/**
 * Gives every branch, that is every `branchCount`-th tap, a gain of 1 at 0 Hz. Of the sharp filter both; of a short one
 * all branches together, because forcing few of them to agree costs up to 10 dB of the stop band elsewhere.
 */
function normalise(taps: Float64Array, branchCount: number): Float64Array {
  const gains = new Float64Array(branchCount);
  for (const [k, tap] of taps.entries()) gains[k % branchCount] = (gains[k % branchCount] ?? 0) + tap;
  return taps.map((tap, k) => tap / (gains[k % branchCount] ?? 1));
}

/** sin(πx) / πx; exactly 0 for whole x other than 0, so that a half-band filter's zeros are zeros. */
function sinc(x: number): number {
  if (x === 0) return 1;
  return Number.isInteger(x) ? 0 : Math.sin(Math.PI * x) / (Math.PI * x);
}
