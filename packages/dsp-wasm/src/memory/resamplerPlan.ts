// This file places a resampler in a stage's memory and starts it there; both the bare resampler and capture do so.
import type { Conversion } from '../design/conversion.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap, Region } from './memoryMap.ts';
import type { FilterPlan } from './filterPlan.ts';
import { installFilter, isFeeding, planFilter, toWholeVectors } from './filterPlan.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const RESAMPLER_STRUCT_BYTES = 16;

export interface ResamplerPlan {
  readonly struct: Region;
  /** None for equal rates: samples pass through. */
  readonly filters: readonly FilterPlan[];
  /** Where each filter reads, in order, and where the last one writes. The host writes each block to the first. */
  readonly sampleOffsetsBytes: readonly number[];
  /** Most samples that one call can write. */
  readonly maxOutputSamples: number;
  /** Zeros that bring the delayed rest of a stream out, `tailSamples` of output. */
  readonly tailZeroSamples: number;
  readonly tailSamples: number;
  readonly groupDelaySamples: number;
  /** Input samples per output sample. */
  readonly stepSamples: number;
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
  const sampleOffsetsBytes: number[] = [];
  let blockSamples = Math.max(shape.maxInputSamples, tailZeroSamples);
  for (const filter of filters) {
    const plan = planFilter(map, filter, blockSamples);
    sampleOffsetsBytes.push(placeSamples(map, blockSamples, plans.at(-1), plan));
    plans.push(plan);
    blockSamples = Math.ceil((blockSamples * filter.ratio.up) / filter.ratio.down) + 1;
  }
  sampleOffsetsBytes.push(placeSamples(map, blockSamples, plans.at(-1), undefined));
  if (plans.length === 0) sampleOffsetsBytes.push(placeSamples(map, blockSamples, undefined, undefined));
  return {
    struct,
    filters: plans,
    sampleOffsetsBytes,
    groupDelaySamples,
    tailSamples,
    tailZeroSamples,
    stepSamples,
    maxOutputSamples: blockSamples,
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
  const region = map.reserve((before + sampleCount + (writer?.outputSlackSamples ?? 0)) * 4);
  return region.offsetBytes + before * 4;
}

/** Writes the filters and starts the resampler. */
export function installResampler(stage: Stage, plan: ResamplerPlan): void {
  const { filters, sampleOffsetsBytes, struct } = plan;
  for (const [i, filter] of filters.entries()) {
    installFilter(stage, filter, {
      input: sampleOffsetsBytes[i] ?? 0,
      output: sampleOffsetsBytes[i + 1] ?? 0,
      feeds: isFeeding(filter, filters[i + 1]) ? filters[i + 1] : undefined,
      isFed: isFeeding(filters[i - 1], filter),
    });
  }
  stage.kernels.initResampler(
    struct.offsetBytes,
    sampleOffsetsBytes[0] ?? 0,
    sampleOffsetsBytes.at(-1) ?? 0,
    filters[0]?.struct.offsetBytes ?? 0,
    filters[1]?.struct.offsetBytes ?? 0,
  );
}

/** Where the host writes each block. */
export function blockView(stage: Stage, plan: ResamplerPlan, maxInputSamples: number): Float32Array<ArrayBuffer> {
  return new Float32Array(stage.buffer, plan.sampleOffsetsBytes[0] ?? 0, maxInputSamples);
}

/** The first `sampleCount` samples that a call has written. */
export function outputView(stage: Stage, plan: ResamplerPlan, sampleCount: number): Float32Array<ArrayBuffer> {
  return new Float32Array(stage.buffer, plan.sampleOffsetsBytes.at(-1) ?? 0, sampleCount);
}
