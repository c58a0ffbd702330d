// This file places a resampler in a stage's memory and starts it there; both the bare resampler and capture do so.
import type { FilterSpec, PolyphaseFilter } from '../design/polyphaseFilter.ts';
import type { LaneTaps } from '../design/laneTaps.ts';
import { fitsLanes, layOutLanes } from '../design/laneTaps.ts';
import { designPolyphaseFilter } from '../design/polyphaseFilter.ts';
import type { Stage } from '../load/stage.ts';
import { float32View } from '../load/stage.ts';
import type { RateRatio } from '../sampleRates.ts';
import { reduceRatio } from '../sampleRates.ts';
import type { MemoryMap, Region } from './memoryMap.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const RESAMPLER_STRUCT_BYTES = 64;
export const LANE_STRUCT_BYTES = 48;

/** The lane kernel stores whole turns, and starts them at a period: up to two samples early, 24 late. */
const OUTPUT_LEAD_BYTES = 16;
const OUTPUT_SLACK_SAMPLES = 24;
/** Samples that the lane kernel may read behind the last one, rounded up. */
const STREAM_SLACK_SAMPLES = 32;
/** Room for several quanta, so that what is kept of a stream is moved only now and then. */
const STREAM_ROOM_SAMPLES = 256;

export interface ResamplerPlan {
  /** Null for equal rates: samples pass through. */
  readonly filter: PolyphaseFilter | null;
  readonly struct: Region;
  readonly rows: Region;
  /** Null where the ratio does not suit the lane kernel. */
  readonly lanes: LanePlan | null;
  /** History of the last block, and behind it the block itself. */
  readonly signal: Region;
  readonly historySamples: number;
  readonly output: Region;
  /** Where the samples are that a call has written; lies within `output`. */
  readonly outputOffsetBytes: number;
  /** Most samples that one call can write. */
  readonly maxOutputSamples: number;
  /** Zeros that bring the delayed rest of a stream out, `groupDelaySamples` outputs of it. */
  readonly tailZeroSamples: number;
  readonly groupDelaySamples: number;
  /** Input samples per output sample. */
  readonly stepSamples: number;
}

interface LanePlan extends LaneTaps {
  readonly ratio: RateRatio;
  readonly struct: Region;
  readonly streams: Region;
  readonly streamSamples: number;
  readonly streamBytes: number;
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
  const maxBlockSamples = Math.max(shape.maxInputSamples, tailZeroSamples);
  const lanes =
    filter !== null && fitsLanes(ratio) ? planLanes(map, layOutLanes(filter, ratio), ratio, maxBlockSamples) : null;
  const rowFloats = lanes?.taps.length ?? filter?.rows.length ?? 0;
  const outputFloats = maxOutputSamples + OUTPUT_SLACK_SAMPLES;
  const output = map.reserve('resampled', OUTPUT_LEAD_BYTES + outputFloats * 4);
  return {
    filter,
    lanes,
    groupDelaySamples,
    tailZeroSamples,
    historySamples,
    maxOutputSamples,
    stepSamples,
    struct: map.reserve('resampler struct', RESAMPLER_STRUCT_BYTES),
    rows: map.reserve('filter rows', rowFloats * 4),
    signal: map.reserve('signal', (historySamples + maxBlockSamples) * 4),
    output,
    outputOffsetBytes: output.offsetBytes + OUTPUT_LEAD_BYTES,
  };
}

function planLanes(map: MemoryMap, lanes: LaneTaps, ratio: RateRatio, maxBlockSamples: number): LanePlan {
  const streamSamples = lanes.tapCount + Math.ceil(maxBlockSamples / ratio.down) + 1 + STREAM_ROOM_SAMPLES;
  const streamBytes = Math.ceil((streamSamples + STREAM_SLACK_SAMPLES) / 4) * 16;
  const struct = map.reserve('lane struct', LANE_STRUCT_BYTES);
  return {
    ...lanes,
    ratio,
    struct,
    streams: map.reserve('streams', streamBytes * ratio.down),
    streamSamples,
    streamBytes,
  };
}

/** Writes the filter and starts the resampler. */
export function installResampler(stage: Stage, plan: ResamplerPlan): void {
  const { filter, lanes } = plan;
  const taps = lanes?.taps ?? filter?.rows;
  if (taps !== undefined) float32View(stage, plan.rows, taps.length).set(taps);
  if (lanes !== null) startLanes(stage, plan.rows, lanes);
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
    plan.outputOffsetBytes,
    plan.historySamples,
    lanes?.struct.offsetBytes ?? 0,
  );
}

function startLanes(stage: Stage, taps: Region, lanes: LanePlan): void {
  stage.kernels.initLanes(
    lanes.struct.offsetBytes,
    lanes.ratio.up,
    lanes.ratio.down,
    taps.offsetBytes,
    lanes.tapCount,
    lanes.streams.offsetBytes,
    lanes.streamSamples,
    lanes.streamBytes,
  );
}

/** Where the host writes each block. */
export function blockView(stage: Stage, plan: ResamplerPlan, maxInputSamples: number): Float32Array<ArrayBuffer> {
  return new Float32Array(stage.buffer, plan.signal.offsetBytes + plan.historySamples * 4, maxInputSamples);
}
