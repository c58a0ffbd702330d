// This file knows the sample rates that the package converts between, and the exact ratio of two of them.
import { checkOneOf } from './optionChecks.ts';

/** Hz. What telephony, speech services and sound cards use. */
export const SUPPORTED_SAMPLE_RATES = [
  8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000,
] as const;

/** Output samples are to input samples as `up` is to `down`; no common factor. */
export interface RateRatio {
  readonly up: number;
  readonly down: number;
}

/** @throws {AudioFormatError} `unsupported-sample-rate` with the option's name, `sampleRate` and the supported rates. */
export function checkSampleRate(option: string, sampleRate: number): void {
  const details = { option, sampleRate, supportedSampleRates: SUPPORTED_SAMPLE_RATES };
  checkOneOf<number>('unsupported-sample-rate', option, sampleRate, SUPPORTED_SAMPLE_RATES, details, ' Hz');
}

/** The ratio of two whole-number rates in lowest terms. */
export function reduceRatio(inputSampleRate: number, outputSampleRate: number): RateRatio {
  const divisor = greatestCommonDivisor(inputSampleRate, outputSampleRate);
  return { up: outputSampleRate / divisor, down: inputSampleRate / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
