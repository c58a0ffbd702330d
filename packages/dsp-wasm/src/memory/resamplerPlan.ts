// This file places a resampler in a stage's memory and starts it there; both the bare resampler and capture do so.
import type { Conversion } from '../design/conversion.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap } from './memoryMap.ts';
import type { FilterPlan } from './filterPlan.ts';
import { planFilter, toWholeVectors } from './filterPlan.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const RESAMPLER_STRUCT_BYTES = 16;

export interface ResamplerPlan {
  /** Address of the kernel's struct. */
  readonly struct: number;
  /** Where the host writes each block, and where the last filter writes. */
  readonly input: number;
  readonly output: number;
  /** Most samples that one call can write. */
  readonly maxOutputSamples: number;
  /** Zeros that bring the delayed rest of a stream out, `tailSamples` of output. */
  readonly tailZeroSamples: number;
  readonly tailSamples: number;
  readonly groupDelaySamples: number;
  /** Input samples per output sample. */
  readonly stepSamples: number;
  /** Writes the filters and starts the resampler. */
  install(stage: Stage): void;
}

export interface ResamplerShape {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  readonly maxInputSamples: number;
  readonly conversion: Conversion;
}

export function planResampler(map: MemoryMap, shape: ResamplerShape): ResamplerPlan {
  const { filters, groupDelaySamples } = shape.conversion;
  const stepSamples = shape.inputSampleRate / shape.outputSampleRate;
  const tailSamples = Math.ceil(groupDelaySamples);
  const tailZeroSamples = Math.ceil(tailSamples * stepSamples);
  const struct = map.reserve(RESAMPLER_STRUCT_BYTES);
  const plans: FilterPlan[] = [];
  // Where each filter reads, in order, and where the last one writes.
  const places: number[] = [];
  let blockSamples = Math.max(shape.maxInputSamples, tailZeroSamples);
  for (const filter of filters) {
    const plan = planFilter(map, filter, blockSamples);
    places.push(placeSamples(map, blockSamples, plans.at(-1), plan));
    plans.push(plan);
    blockSamples = Math.ceil((blockSamples * filter.ratio.up) / filter.ratio.down) + 1;
  }
  const output = placeSamples(map, blockSamples, plans.at(-1), undefined);
  const input = places[0] ?? placeSamples(map, blockSamples, undefined, undefined);
  return {
    struct,
    input,
    output,
    groupDelaySamples,
    tailSamples,
    tailZeroSamples,
    stepSamples,
    maxOutputSamples: blockSamples,
    install(stage) {
      const [first, second] = plans;
      const isFeeding = first?.canFeed === true && second?.canBeFed === true;
      const middle = places[1] ?? output;
      first?.install(stage, input, middle, isFeeding ? second.struct : 0, false);
      second?.install(stage, middle, output, 0, isFeeding);
      stage.kernels.initResampler(struct, input, output, first?.struct ?? 0, second?.struct ?? 0);
    },
  };
}

/**
 * Room for the samples between two filters, with what either needs around them. A filter that overwrites samples before
 * its output is never followed by one with a history: going up, the first filter completes whole periods.
 */
function placeSamples(
  map: MemoryMap,
  sampleCount: number,
  writer: FilterPlan | undefined,
  reader: FilterPlan | undefined,
): number {
  const before = toWholeVectors(Math.max(writer?.outputLeadSamples ?? 0, reader?.historySamples ?? 0));
  const address = map.reserve((before + sampleCount + (writer?.outputSlackSamples ?? 0)) * 4);
  return address + before * 4;
}
