// This file decides which filters convert one sample rate to another.
import { reduceRatio } from '../sampleRates.ts';
import { groupDelayAt, toMinimumPhase } from './minimumPhase.ts';
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
  /** Least delay in place of the same delay at all frequencies. */
  readonly isMinimumPhase?: boolean;
}

/**
 * 25 pairs: -102 dB, 30: -120 dB. The others stop so much that rounding to int16 is all the noise there is: 97 dB remain of
 * the 97.1 that it leaves of a tone at -1 dBFS.
 */
export const BALANCED: FilterSpec = { sharpDownPairs: 25, sharpUpPairs: 30, shortDb: 117, windowDb: 115 };
/** 32 pairs: -127 dB. */
export const BEST: FilterSpec = { sharpDownPairs: 32, sharpUpPairs: 32, shortDb: 128, windowDb: 127.5 };

/** 28 pairs: -113 dB, of which the change of phase costs some. */
export const LOW_LATENCY: FilterSpec = {
  sharpDownPairs: 28,
  sharpUpPairs: 30,
  shortDb: 117,
  windowDb: 115,
  isMinimumPhase: true,
};

/** Hz. Where a delay that depends on frequency is stated: in the middle of speech, and in the pass band of every pair. */
const DELAY_FREQUENCY = 1000;
/** Beyond, a filter has so many taps that a window does as well. */
const MOST_BRANCHES = 4;

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
export function designConversion(inputSampleRate: number, outputSampleRate: number, spec: FilterSpec): Conversion {
  if (inputSampleRate === outputSampleRate) return { filters: [], groupDelaySamples: 0 };
  const linear = designLinearPhase(inputSampleRate, outputSampleRate, spec);
  const filters = spec.isMinimumPhase === true ? linear.map(hasten) : linear;
  // At each filter's own rate, from the first one on.
  let sampleRate = inputSampleRate;
  let delaySamples = 0;
  for (const filter of filters) {
    const tapRate = sampleRate * filter.ratio.up;
    sampleRate = tapRate / filter.ratio.down;
    delaySamples += (delayOf(filter, tapRate) * outputSampleRate) / tapRate;
  }
  return { filters, groupDelaySamples: spec.isMinimumPhase === true ? delaySamples : Math.round(delaySamples) };
}

function designLinearPhase(inputSampleRate: number, outputSampleRate: number, spec: FilterSpec): RateFilter[] {
  const isUp = outputSampleRate > inputSampleRate;
  const sharpRate = 2 * Math.min(inputSampleRate, outputSampleRate);
  const sharp = isUp
    ? designSharpFilter({ up: 2, down: 1 }, spec.sharpUpPairs)
    : designSharpFilter({ up: 1, down: 2 }, spec.sharpDownPairs);
  if (sharpRate === Math.max(inputSampleRate, outputSampleRate)) return [sharp];
  const ratio = isUp ? reduceRatio(sharpRate, outputSampleRate) : reduceRatio(inputSampleRate, sharpRate);
  const tapRate = (isUp ? sharpRate : inputSampleRate) * ratio.up;
  // Both delays add up to whole output samples: `down` taps of the short filter, or of two samples of the sharp one.
  const placement = {
    lowerNyquistRatio: sharpRate / 4 / tapRate,
    earlierSamples: isUp ? delayOf(sharp, sharpRate) * ratio.up : 0,
    stepSamples: isUp ? ratio.down : 2 * ratio.down,
  };
  const short =
    Math.max(ratio.up, ratio.down) <= MOST_BRANCHES
      ? designShortFilter(ratio, placement, spec.shortDb)
      : designWindowedFilter(ratio, placement, spec.windowDb);
  return isUp ? [sharp, short] : [short, sharp];
}

/** Without the delay that makes the whole one round; long filters, whose delay is short, are only spared that. */
function hasten(filter: RateFilter): RateFilter {
  const isLong = Math.max(filter.ratio.up, filter.ratio.down) > MOST_BRANCHES;
  const taps = isLong ? filter.taps : toMinimumPhase(filter.taps);
  return { ...filter, taps, latenessSamples: 0, isHalfBand: false };
}

/** In samples at the rate of the filter's taps. */
function delayOf({ taps, latenessSamples, isHalfBand }: RateFilter, tapRate: number): number {
  return latenessSamples + (isHalfBand ? (taps.length - 1) / 2 : groupDelayAt(taps, DELAY_FREQUENCY / tapRate));
}
