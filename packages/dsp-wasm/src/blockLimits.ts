// This file checks block lengths against what a stage's memory was sized for.
import { AudioFormatError } from './audioFormatError.ts';
import { checkWhole } from './optionChecks.ts';

/** Samples: 32 quanta of 128, 85 ms at 48 kHz. */
const DEFAULT_MAX_INPUT_SAMPLES = 4096;
/**
 * Samples: 5.5 s at 96 kHz, 2 MiB of memory. Positions in a block, in steps between its samples, have to fit 32 bits: from
 * 11.025 to 192 kHz there are 2560 to a sample.
 */
const LARGEST_MAX_INPUT_SAMPLES = 2 ** 19;

/** Default 4096. @throws {AudioFormatError} `invalid-max-input` unless a whole number from 1 to 524288. */
export function maxInputSamplesOf(options: { readonly maxInputSamples?: number }): number {
  const { maxInputSamples = DEFAULT_MAX_INPUT_SAMPLES } = options;
  const details = { maxInputSamples, largestSamples: LARGEST_MAX_INPUT_SAMPLES };
  checkWhole('invalid-max-input', 'maxInputSamples', maxInputSamples, 1, LARGEST_MAX_INPUT_SAMPLES, details);
  return maxInputSamples;
}

/** @throws {AudioFormatError} `input-too-long` or `detached-input`. */
export function checkBlock(block: Float32Array | Int16Array, maxInputSamples: number): void {
  const actualSamples = block.length;
  if (actualSamples > maxInputSamples) {
    throw new AudioFormatError(
      'input-too-long',
      `The block has ${actualSamples} samples; this stage takes ${maxInputSamples}: cut it, or raise maxInputSamples.`,
      { actualSamples, maxInputSamples },
    );
  }
  checkAttached(block);
}

/**
 * A block whose buffer has been transferred away has length 0, and would pass for an empty one. Allocates nothing but for
 * buffers of length 0.
 *
 * @throws {AudioFormatError} `detached-input`.
 */
export function checkAttached(block: Float32Array | Int16Array): void {
  if (block.length > 0 || block.buffer.byteLength > 0) return;
  try {
    // Throws for a detached buffer alone. `buffer.detached` would say so too, but only on platforms from 2024 on.
    new Uint8Array(block.buffer);
  } catch {
    throw new AudioFormatError('detached-input', 'The buffer of these samples has been transferred away; pass a copy.');
  }
}
