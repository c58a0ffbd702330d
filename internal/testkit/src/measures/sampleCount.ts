// This file counts what a rate conversion and framing must deliver, in exact integer arithmetic.

/** Samples a streaming converter has written after `inputSamples` in all: ceil(inputSamples · out / in), exact for any length. */
export function countResampled(inputSamples: number, inputSampleRate: number, outputSampleRate: number): number {
  const product = BigInt(inputSamples) * BigInt(outputSampleRate);
  const divisor = BigInt(inputSampleRate);
  return Number((product + divisor - 1n) / divisor);
}

/** Lengths that add up to `totalSamples`, cycling through `lengths`; the last one is cut to fit. */
export function splitSampleCount(totalSamples: number, lengths: readonly number[]): number[] {
  if (!lengths.some((length) => length > 0)) throw new RangeError('At least one length must be above 0.');
  const parts: number[] = [];
  for (let i = 0, left = totalSamples; left > 0; i++) {
    const length = Math.min(left, lengths[i % lengths.length]!);
    parts.push(length);
    left -= length;
  }
  return parts;
}
