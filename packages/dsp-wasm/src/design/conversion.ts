// This file decides which filters convert one sample rate to another.
import { reduceRatio } from '../sampleRates.ts';
import type { RateFilter } from './rateFilter.ts';
import { designSharpFilter, designShortFilter } from './rateFilter.ts';

/** Attenuation that the filters are designed for: what a window promises, not quite what it keeps. */
export interface FilterSpec {
  readonly sharpDb: number;
  readonly shortDownDb: number;
  /** More than going down: many images of one tone add up. */
  readonly shortUpDb: number;
}

/** For aliases, images and noise below -100 dB. As much as 16 taps give at 44.1 kHz to 32 kHz, and 12 going up. */
export const BALANCED: FilterSpec = { sharpDb: 104.5, shortDownDb: 103.7, shortUpDb: 106.8 };
/** For -120 dB, with a quarter more taps and delay. */
export const BEST: FilterSpec = { sharpDb: 124.9, shortDownDb: 127.5, shortUpDb: 127.5 };

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
  const sharp = designSharpFilter(isUp ? { up: 2, down: 1 } : { up: 1, down: 2 }, spec.sharpDb);
  const sharpDelaySamples = delayOf(sharp);
  if (sharpRate === Math.max(inputSampleRate, outputSampleRate)) {
    return { filters: [sharp], groupDelaySamples: sharpDelaySamples / sharp.ratio.down };
  }
  const ratio = isUp ? reduceRatio(sharpRate, outputSampleRate) : reduceRatio(inputSampleRate, sharpRate);
  // Both filters' delays in samples at the short one's `up` times input rate, which is `down` times its output rate.
  const earlierSamples = isUp ? sharpDelaySamples * ratio.up : 0;
  const stepSamples = isUp ? ratio.down : 2 * ratio.down;
  const lowerNyquistRatio = sharpRate / 4 / ((isUp ? sharpRate : inputSampleRate) * ratio.up);
  const short = designShortFilter(
    ratio,
    isUp ? spec.shortUpDb : spec.shortDownDb,
    lowerNyquistRatio,
    earlierSamples,
    stepSamples,
  );
  const shortDelaySteps = (earlierSamples + delayOf(short)) / stepSamples;
  return isUp
    ? { filters: [sharp, short], groupDelaySamples: shortDelaySteps }
    : { filters: [short, sharp], groupDelaySamples: shortDelaySteps + sharpDelaySamples / 2 };
}

/** Of a filter with linear phase, in samples at `up` times its input rate. */
function delayOf({ taps, latenessSamples }: RateFilter): number {
  return latenessSamples + (taps.length - 1) / 2;
}
