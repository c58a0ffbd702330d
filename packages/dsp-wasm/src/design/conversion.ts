// This file decides which filters convert one sample rate to another.
import { reduceRatio } from '../sampleRates.ts';
import type { FilterSpec, RateFilter } from './rateFilter.ts';
import { designSharpFilter, designShortFilter, hasten } from './rateFilter.ts';
import type { TapDesigner } from './tapDesigner.ts';

/**
 * 25 pairs: -102 dB, 30: -120 dB. The short filter stops images so much that rounding to int16 is all the noise there is:
 * 97 dB remain of the 97.1 that it leaves of a tone at -1 dBFS. A ripple of 7e-4 is 0.006 dB.
 */
export const BALANCED: FilterSpec = {
  sharpDownPairs: 25,
  sharpUpPairs: 30,
  shortDb: 120,
  shortAliasDb: 105,
  windowDb: 115,
  rippleRatio: 7e-4,
};
/** 32 pairs: -127 dB. */
export const BEST: FilterSpec = {
  sharpDownPairs: 32,
  sharpUpPairs: 32,
  shortDb: 128,
  shortAliasDb: 128,
  windowDb: 127.5,
  rippleRatio: 2.5e-4,
};

/** 28 pairs: -113 dB, of which the change of phase costs some. */
export const LOW_LATENCY: FilterSpec = { ...BALANCED, sharpDownPairs: 28, isMinimumPhase: true };

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
  spec: FilterSpec,
): Conversion {
  const isUp = outputSampleRate > inputSampleRate;
  const sharpRate = 2 * Math.min(inputSampleRate, outputSampleRate);
  const filters: RateFilter[] = [];
  let delaySeconds = 0;
  const add = (filter: RateFilter, tapRate: number): void => {
    const added = spec.isMinimumPhase === true ? hasten(designer, filter, DELAY_FREQUENCY / tapRate) : filter;
    delaySeconds += added.delaySamples / tapRate;
    if (isUp) filters.push(added);
    else filters.unshift(added);
  };
  if (inputSampleRate !== outputSampleRate) {
    const ratio = isUp ? { up: 2, down: 1 } : { up: 1, down: 2 };
    const sharp = designSharpFilter(designer, ratio, isUp ? spec.sharpUpPairs : spec.sharpDownPairs);
    add(sharp, sharpRate);
    const ratioToHigher = isUp ? reduceRatio(sharpRate, outputSampleRate) : reduceRatio(inputSampleRate, sharpRate);
    const { up, down } = ratioToHigher;
    const tapRate = (isUp ? sharpRate : inputSampleRate) * up;
    // Both delays add up to whole output samples: `down` taps of the short filter, or of two samples of the sharp one.
    const placement = {
      lowerNyquistRatio: sharpRate / 4 / tapRate,
      earlierSamples: isUp ? sharp.delaySamples * up : 0,
      stepSamples: isUp ? down : 2 * down,
    };
    if (up !== down) add(designShortFilter(designer, ratioToHigher, placement, spec), tapRate);
  }
  const groupDelaySamples = delaySeconds * outputSampleRate;
  return {
    filters,
    groupDelaySamples: spec.isMinimumPhase === true ? groupDelaySamples : Math.round(groupDelaySamples),
  };
}
