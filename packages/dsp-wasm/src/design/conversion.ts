// This file decides which filters convert one sample rate to another.
import { reduceRatio } from '../sampleRates.ts';
import type { RateFilter } from './rateFilter.ts';
import { designSharpFilter, designShortFilter, designWindowedFilter } from './rateFilter.ts';

/** How long the filters are made. */
export interface FilterSpec {
  /** Taps beside the centre of the half-band filter, on one side. */
  readonly sharpDownPairs: number;
  /** More than going down: what it fails to stop is then noise beside the tone it comes from. */
  readonly sharpUpPairs: number;
  /** Attenuation that the short filter gets, in dB. */
  readonly shortDb: number;
  /** Attenuation that it gets at least when it is made by a window. */
  readonly windowDb: number;
}

/** 25 pairs: -102 dB, 30: -120 dB. The window is what 16 taps give between 44.1 and 32 kHz. */
export const BALANCED: FilterSpec = { sharpDownPairs: 25, sharpUpPairs: 30, shortDb: 117, windowDb: 103.7 };
/** 32 pairs: -127 dB. */
export const BEST: FilterSpec = { sharpDownPairs: 32, sharpUpPairs: 32, shortDb: 128, windowDb: 127.5 };

/** Beyond, a filter has so many taps that a window does as well. */
const MOST_BRANCHES = 4;

export interface Conversion {
  /** In order of the signal: none for equal rates, one between a rate and twice that rate, else two. */
  readonly filters: readonly RateFilter[];
  /** How far the output lags the input, in output samples. */
  readonly groupDelaySamples: number;
}

/**
 * The one filter that must be sharp always runs at twice the lower of the two rates, where it is a half-band filter at
 * half the price. Between that rate and the higher one a short filter is enough: what its wide transition lets
 * through, the sharp one stops. (Multistage conversion: Crochiere and Rabiner 1975.)
 */
export function designConversion(inputSampleRate: number, outputSampleRate: number, spec: FilterSpec): Conversion {
  if (inputSampleRate === outputSampleRate) return { filters: [], groupDelaySamples: 0 };
  const isUp = outputSampleRate > inputSampleRate;
  const sharpRate = 2 * Math.min(inputSampleRate, outputSampleRate);
  const sharp = isUp
    ? designSharpFilter({ up: 2, down: 1 }, spec.sharpUpPairs)
    : designSharpFilter({ up: 1, down: 2 }, spec.sharpDownPairs);
  const sharpDelaySamples = delayOf(sharp);
  if (sharpRate === Math.max(inputSampleRate, outputSampleRate)) {
    return { filters: [sharp], groupDelaySamples: sharpDelaySamples / sharp.ratio.down };
  }
  const ratio = isUp ? reduceRatio(sharpRate, outputSampleRate) : reduceRatio(inputSampleRate, sharpRate);
  // Both filters' delays in samples at the short one's `up` times input rate, which is `down` times its output rate.
  const earlierSamples = isUp ? sharpDelaySamples * ratio.up : 0;
  const stepSamples = isUp ? ratio.down : 2 * ratio.down;
  const lowerNyquistRatio = sharpRate / 4 / ((isUp ? sharpRate : inputSampleRate) * ratio.up);
  const placement = { lowerNyquistRatio, earlierSamples, stepSamples };
  const short =
    Math.max(ratio.up, ratio.down) <= MOST_BRANCHES
      ? designShortFilter(ratio, placement, spec.shortDb)
      : designWindowedFilter(ratio, placement, spec.windowDb);
  const shortDelaySteps = (earlierSamples + delayOf(short)) / stepSamples;
  return isUp
    ? { filters: [sharp, short], groupDelaySamples: shortDelaySteps }
    : { filters: [short, sharp], groupDelaySamples: shortDelaySteps + sharpDelaySamples / 2 };
}

/** Of a filter with linear phase, in samples at `up` times its input rate. */
function delayOf({ taps, latenessSamples }: RateFilter): number {
  return latenessSamples + (taps.length - 1) / 2;
}
