// This file converts sample rates by the definition of the filter, in double precision: slow, and free of all layout.
import type { FilterSpec } from '../../src/design/polyphaseFilter.ts';
import { designPrototype } from '../../src/design/polyphaseFilter.ts';
import { reduceRatio } from '../../src/sampleRates.ts';

/**
 * y[n] = Σ_m x[m] · h(nM - mL), h centred on `groupDelaySamples` of the output and scaled to a gain of 1 at 0 Hz.
 * Gives ceil(input.length · L / M) samples, as a stream that has not been flushed does.
 */
export function resampleReference(
  input: ArrayLike<number>,
  inputSampleRate: number,
  outputSampleRate: number,
  spec: FilterSpec,
): Float64Array {
  const { up, down } = reduceRatio(inputSampleRate, outputSampleRate);
  const { halfLength, impulseAt } = designPrototype({ up, down }, spec);
  return Float64Array.from({ length: Math.ceil((input.length * up) / down) }, (_, n) => {
    let sum = 0;
    let gain = 0;
    for (let m = Math.ceil((n * down - 2 * halfLength) / up); m <= Math.floor((n * down) / up); m++) {
      const tap = impulseAt(n * down - m * up - halfLength);
      gain += tap;
      sum += tap * (input[m] ?? 0);
    }
    return sum / gain;
  });
}
