// This file converts sample rates by the definition of the filters, in double precision: slow, and free of all layout.
import { designConversion } from '../../src/design/conversion.ts';
import type { FilterSpec, RateFilter } from '../../src/design/rateFilter.ts';
import { referenceTapDesigner } from './referenceTapDesigner.ts';

/** Gives ceil(input.length · out / in) samples, as a stream that has not been flushed does. */
export function resampleReference(
  input: ArrayLike<number>,
  inputSampleRate: number,
  outputSampleRate: number,
  spec: FilterSpec,
): Float64Array {
  const { filters } = designConversion(referenceTapDesigner, inputSampleRate, outputSampleRate, spec);
  return filters.reduce(applyFilter, Float64Array.from(input));
}

/** y[n] = Σ_m x[m] · taps[nM - s - mL], s the filter's lateness. */
function applyFilter(input: Float64Array, { ratio: { up, down }, taps, latenessSamples }: RateFilter): Float64Array {
  return Float64Array.from({ length: Math.ceil((input.length * up) / down) }, (_, n) => {
    const newest = n * down - latenessSamples;
    let sum = 0;
    for (let m = Math.ceil((newest - taps.length + 1) / up); m <= Math.floor(newest / up); m++) {
      sum += (taps[newest - m * up] ?? 0) * (input[m] ?? 0);
    }
    return sum;
  });
}
