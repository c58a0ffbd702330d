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
  if (supported.includes(value)) return;
  const wanted = `supported are ${supported.join(', ')}${unit}`;
  throw new AudioFormatError(code, `${option} is ${String(value)}${unit}; ${wanted}.`, details);
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
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const wanted = `wanted a whole number from ${least} to ${most}`;
  throw new AudioFormatError(code, `${option} is ${value}; ${wanted}.`, details);
}
