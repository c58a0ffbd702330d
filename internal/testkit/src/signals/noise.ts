// This file makes broadband test signals from a seed: white noise and a binary sequence.
import type { SeededRandom } from '../seededRandom.ts';

/** White noise, uniform in [-amplitudeRatio, amplitudeRatio). */
export function makeNoise(random: SeededRandom, sampleCount: number, amplitudeRatio = 1): Float32Array {
  return Float32Array.from({ length: sampleCount }, () => amplitudeRatio * (2 * random.next() - 1));
}

/**
 * A pseudo-random binary sequence, ±`amplitudeRatio`, from a 15-bit shift register (x^15 + x^14 + 1): period 32767
 * samples, and a correlation with itself that is one sharp peak, so delays can be read off it exactly.
 */
export function makePrbs(sampleCount: number, amplitudeRatio = 1): Float32Array {
  let register = 1;
  return Float32Array.from({ length: sampleCount }, () => {
    const bit = ((register >> 14) ^ (register >> 13)) & 1;
    register = ((register << 1) | bit) & 0x7fff;
    return bit === 1 ? amplitudeRatio : -amplitudeRatio;
  });
}
