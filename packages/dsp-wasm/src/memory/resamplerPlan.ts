// This file places a resampler in a stage's memory and starts it there; both the bare resampler and capture do so.
import type { FilterSpec, PolyphaseFilter } from '../design/polyphaseFilter.ts';
import { designPolyphaseFilter } from '../design/polyphaseFilter.ts';
import type { Stage } from '../load/stage.ts';
import { float32View } from '../load/stage.ts';
import { reduceRatio } from '../sampleRates.ts';
import type { MemoryMap, Region } from './memoryMap.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const RESAMPLER_STRUCT_BYTES = 64;

export interface ResamplerPlan {
  /** Null for equal rates: samples pass through. */
  readonly filter: PolyphaseFilter | null;
  readonly struct: Region;
  readonly rows: Region;
  /** History of the last block, and behind it the block itself. */
  readonly signal: Region;
  readonly historySamples: number;
  readonly output: Region;
  /** Most samples that one call can write. */
  readonly maxOutputSamples: number;
  /** Zeros that bring the delayed rest of a stream out, `groupDelaySamples` outputs of it. */
  readonly tailZeroSamples: number;
  readonly groupDelaySamples: number;
  /** Input samples per output sample. */
  readonly stepSamples: number;
}

export interface ResamplerShape {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  readonly maxInputSamples: number;
  readonly spec: FilterSpec;
}

export function planResampler(map: MemoryMap, shape: ResamplerShape): ResamplerPlan {
  const ratio = reduceRatio(shape.inputSampleRate, shape.outputSampleRate);
  const stepSamples = ratio.down / ratio.up;
  const filter = stepSamples === 1 ? null : designPolyphaseFilter(ratio, shape.spec);
  const groupDelaySamples = filter?.groupDelaySamples ?? 0;
  const tailZeroSamples = filter === null ? 0 : Math.ceil(groupDelaySamples * stepSamples) + 1;
  // A multiple of 4, so that the block behind it is aligned.
  const historySamples = filter?.tapCount ?? 0;
  const maxOutputSamples = Math.max(Math.ceil(shape.maxInputSamples / stepSamples) + 1, groupDelaySamples);
  return {
    filter,
    groupDelaySamples,
    tailZeroSamples,
    historySamples,
    maxOutputSamples,
    stepSamples,
    struct: map.reserve('resampler struct', RESAMPLER_STRUCT_BYTES),
    rows: map.reserve('filter rows', (filter?.rows.length ?? 0) * 4),
    signal: map.reserve('signal', (historySamples + Math.max(shape.maxInputSamples, tailZeroSamples)) * 4),
    output: map.reserve('resampled', maxOutputSamples * 4),
  };
}

/** Writes the filter and starts the resampler. */
export function installResampler(stage: Stage, plan: ResamplerPlan): void {
  const { filter } = plan;
  if (filter !== null) float32View(stage, plan.rows, filter.rows.length).set(filter.rows);
  const rowCount = filter?.rowCount ?? 1;
  const down = plan.stepSamples * rowCount;
  stage.kernels.initResampler(
    plan.struct.offsetBytes,
    plan.rows.offsetBytes,
    rowCount,
    filter?.tapCount ?? 0,
    Math.floor(down / rowCount),
    Math.round(down % rowCount),
    plan.signal.offsetBytes + plan.historySamples * 4,
    plan.output.offsetBytes,
    plan.historySamples,
  );
}

/** Where the host writes each block. */
export function blockView(stage: Stage, plan: ResamplerPlan, maxInputSamples: number): Float32Array<ArrayBuffer> {
  return new Float32Array(stage.buffer, plan.signal.offsetBytes + plan.historySamples * 4, maxInputSamples);
}
