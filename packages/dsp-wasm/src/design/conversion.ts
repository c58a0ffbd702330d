// This file decides which filters convert one sample rate to another.
import { roundUp } from '../memory/memoryMap.ts';
import type { RateRatio } from '../sampleRates.ts';
import { reduceRatio } from '../sampleRates.ts';
import type { FilterSpec, RateFilter } from './rateFilter.ts';
import { designShortTaps, isLong, PASS_EDGE } from './rateFilter.ts';
import type { TapDesigner } from './tapDesigner.ts';

/**
 * 25 pairs: -102 dB, 30: -120 dB. The short filter stops images so much that rounding to int16 is all the noise there is:
 * 97 dB remain of the 97.1 that it leaves of a tone at -1 dBFS. A ripple of 7e-4 is 0.006 dB.
 */
export const BALANCED: FilterSpec = [false, 25, 30, 120, 105, 7e-4, 115];
/** 32 pairs: -127 dB. */
export const BEST: FilterSpec = [false, 32, 32, 128, 128, 2.5e-4, 127.5];
/** 28 pairs: -113 dB, of which the change of phase costs some. */
export const LOW_LATENCY: FilterSpec = [true, 28, 30, 120, 105, 7e-4, 115];

/** Hz. Where a delay that depends on frequency is stated: in the middle of speech, and in the pass band of every pair. */
const DELAY_FREQUENCY = 1000;

export interface Conversion {
  /** In order of the signal: none for equal rates, one between a rate and twice that rate, else two. */
  readonly filters: readonly RateFilter[];
  /** How far the output lags the input, in output samples; whole with linear phase, else at 1 kHz. */
  readonly groupDelaySamples: number;
}

/**
 * The one filter that must be sharp always runs at twice the lower of the two rates, where it is a half-band filter at
 * half the price. Between that rate and the higher one a short filter is enough: what its wide transition lets
 * through, the sharp one stops. (Multistage conversion: Crochiere and Rabiner 1975.)
 */
export function designConversion(
  designer: TapDesigner,
  inputSampleRate: number,
  outputSampleRate: number,
  [isHasty, sharpDownPairs, sharpUpPairs, ...shortSpec]: FilterSpec,
): Conversion {
  const isUp = outputSampleRate > inputSampleRate;
  const sharpRate = 2 * Math.min(inputSampleRate, outputSampleRate);
  const filters: RateFilter[] = [];
  let delaySeconds = 0;
  /** @param stepSamples At the taps' rate: with linear phase, the delay so far is made a multiple of it. */
  const add = (ratio: RateRatio, tapRate: number, symmetric: Float64Array, stepSamples: number): void => {
    const centre = (symmetric.length - 1) / 2;
    const earlierSamples = Math.round(delaySeconds * tapRate);
    const isShortened = isHasty && !isLong(ratio);
    const { taps, delaySamples } = isShortened
      ? designer.minimumPhase(symmetric, ratio.up, DELAY_FREQUENCY / tapRate)
      : { taps: symmetric, delaySamples: centre };
    const total = earlierSamples + centre;
    const latenessSamples = isHasty ? 0 : roundUp(total, stepSamples) - total;
    // The sharp filter comes first here.
    filters.push({ ratio, taps, latenessSamples, isHalfBand: !isHasty && delaySeconds === 0 });
    delaySeconds += (delaySamples + latenessSamples) / tapRate;
  };
  if (inputSampleRate !== outputSampleRate) {
    const [up, down] = isUp ? [2, 1] : [1, 2];
    const pairCount = isUp ? sharpUpPairs : sharpDownPairs;
    add({ up, down }, sharpRate, designer.halfBand(pairCount, PASS_EDGE / 2, up), down);
    const [from, to] = isUp ? [sharpRate, outputSampleRate] : [inputSampleRate, sharpRate];
    if (from !== to) {
      const ratio = reduceRatio(from, to);
      const tapRate = from * ratio.up;
      // Whole output samples: `down` taps of the short filter, or of two samples of the sharp one.
      add(ratio, tapRate, designShortTaps(designer, ratio, sharpRate / 4 / tapRate, shortSpec), ratio.down * down);
    }
  }
  const groupDelaySamples = delaySeconds * outputSampleRate;
  return {
    filters: isUp ? filters : filters.reverse(),
    groupDelaySamples: isHasty ? groupDelaySamples : Math.round(groupDelaySamples),
  };
}
