// This file places a resampler in a stage's memory; both the bare resampler and capture do so.
import type { Conversion } from '../design/conversion.ts';
import { placeSamples, planFilter } from './filterPlan.ts';
import type { MemoryMap } from './memoryMap.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const RESAMPLER_STRUCT_BYTES = 16;

export interface ResamplerPlan {
  /** Address of the kernel's struct. */
  readonly struct: number;
  /** Where the host writes each block, and where the last filter writes: for equal rates, the same place. */
  readonly input: number;
  readonly output: number;
  /** Most samples that one call can write. */
  readonly maxOutputSamples: number;
  /** Zeros that bring the delayed rest of a stream out, and how many samples of output that is. */
  readonly tail: readonly [zeroSamples: number, outputSamples: number];
}

/** @param stepSamples Input samples per output sample. */
export function planResampler(
  map: MemoryMap,
  { filters, groupDelaySamples }: Conversion,
  stepSamples: number,
  maxInputSamples: number,
): ResamplerPlan {
  const tailSamples = Math.ceil(groupDelaySamples);
  const tailZeroSamples = Math.ceil(tailSamples * stepSamples);
  const struct = map.reserve(RESAMPLER_STRUCT_BYTES);
  let maxOutputSamples = Math.max(maxInputSamples, tailZeroSamples);
  const input = placeSamples(map, maxOutputSamples);
  let output = input;
  const [first = 0, second = 0] = filters.map((filter) => {
    const [from, fromSamples] = [output, maxOutputSamples];
    maxOutputSamples = Math.ceil((fromSamples * filter.ratio.up) / filter.ratio.down) + 1;
    output = placeSamples(map, maxOutputSamples);
    return planFilter(map, filter, fromSamples, from, output);
  });
  map.installs.push((kernels) => kernels.initResampler(struct, input, output, first, second));
  return { struct, input, output, maxOutputSamples, tail: [tailZeroSamples, tailSamples] };
}
