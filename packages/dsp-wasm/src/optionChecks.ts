// This file checks options, once, when something is created.
import type { AudioFormatErrorCode, AudioFormatErrorDetails } from './audioFormatError.ts';
import { AudioFormatError } from './audioFormatError.ts';

/**
 * @param unit As it is written behind the values.
 * @throws {AudioFormatError} `code` with the `details`, unless `value` is one of `supported`.
 */
export function checkOneOf<T>(
  code: AudioFormatErrorCode,
  option: string,
  value: T,
  supported: readonly T[],
  details: AudioFormatErrorDetails,
  unit = '',
): void {
  const wanted = `supported are ${supported.join(', ')}${unit}`;
  check(supported.includes(value), code, option, String(value) + unit, wanted, details);
}

/** @throws {AudioFormatError} `code` with the `details`, unless `value` is a whole number in that range. */
export function checkWhole(
  code: AudioFormatErrorCode,
  option: string,
  value: number,
  least: number,
  most: number,
  details: AudioFormatErrorDetails,
): void {
  const isValid = Number.isInteger(value) && value >= least && value <= most;
  check(isValid, code, option, value, `wanted a whole number from ${least} to ${most}`, details);
}

function check(
  isValid: boolean,
  code: AudioFormatErrorCode,
  option: string,
  value: number | string,
  wanted: string,
  details: AudioFormatErrorDetails,
): void {
  if (!isValid) throw new AudioFormatError(code, `${option} is ${value}; ${wanted}.`, details);
}
