// This file places one filter of a conversion in a stage's memory and starts its kernel.
import type { RateFilter } from '../design/rateFilter.ts';
import type { LaneLayout, RowLayout } from '../design/tapLayout.ts';
import { layOutTaps } from '../design/tapLayout.ts';
import type { Stage } from '../load/stage.ts';
import { float32View } from '../load/stage.ts';
import type { MemoryMap, Region } from './memoryMap.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const LANE_STRUCT_BYTES = 80;
export const ROW_STRUCT_BYTES = 64;

/** Periods that the lane kernels work on in one turn, at most; they read and write whole turns. */
const TURN_PERIODS = 24;
/** Room for several quanta, so that what is kept of a stream is moved only now and then. */
const STREAM_ROOM_SAMPLES = 1024;

/** Everything a filter needs but the places it reads from and writes to, which it shares with its neighbours. */
export type FilterPlan = LanePlan | RowPlan;

interface PlaceNeeds {
  /** Samples before the input that belong to the filter. */
  readonly historySamples: number;
  /** Samples before and behind its output that the filter overwrites: the rest of a turn. */
  readonly outputLeadSamples: number;
  readonly outputSlackSamples: number;
}

interface LanePlan extends PlaceNeeds {
  readonly filter: RateFilter;
  readonly layout: LaneLayout;
  readonly struct: Region;
  readonly taps: Region;
  readonly streams: Region;
  readonly streamSamples: number;
  readonly streamBytes: number;
}

interface RowPlan extends PlaceNeeds {
  readonly filter: RateFilter;
  readonly layout: RowLayout;
  readonly struct: Region;
  readonly taps: Region;
  readonly steps: Region;
}

export function planFilter(map: MemoryMap, filter: RateFilter, maxInputSamples: number): FilterPlan {
  const layout = layOutTaps(filter);
  return layout.kernel === 'lanes' ? planLanes(map, filter, layout, maxInputSamples) : planRows(map, filter, layout);
}

function planLanes(map: MemoryMap, filter: RateFilter, layout: LaneLayout, maxInputSamples: number): LanePlan {
  const { up, down } = filter.ratio;
  const streamSamples = layout.reachSamples + Math.ceil(maxInputSamples / down) + 1 + STREAM_ROOM_SAMPLES;
  const streamBytes = toWholeVectors(streamSamples + TURN_PERIODS) * 4;
  const words = layout.entries.reduce((sum, { taps }) => sum + 1 + taps.length, 0);
  return {
    filter,
    layout,
    streamSamples,
    streamBytes,
    struct: map.reserve(LANE_STRUCT_BYTES),
    taps: map.reserve(words * 4),
    streams: map.reserve(streamBytes * down),
    historySamples: 0,
    outputLeadSamples: up - 1,
    outputSlackSamples: up * TURN_PERIODS,
  };
}

function planRows(map: MemoryMap, filter: RateFilter, layout: RowLayout): RowPlan {
  return {
    filter,
    layout,
    struct: map.reserve(ROW_STRUCT_BYTES),
    taps: map.reserve(layout.taps.byteLength),
    steps: map.reserve(layout.stepsBytes.byteLength),
    historySamples: toWholeVectors(layout.tapCount + Math.ceil(filter.latenessSamples / filter.ratio.up)),
    outputLeadSamples: 0,
    outputSlackSamples: 0,
  };
}

/** Whether the first filter's outputs can go right into the second one's streams, past the samples in between. */
export function isFeeding(first: FilterPlan | undefined, second: FilterPlan | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  if (!('streams' in first && 'streams' in second)) return false;
  return first.filter.ratio.up === 2 && !first.filter.isHalfBand && second.filter.ratio.down === 2;
}

/** Where a filter stands in its conversion. */
export interface FilterNeighbours {
  /** Address of the samples that it reads. */
  readonly input: number;
  /** Address of the samples that it writes. */
  readonly output: number;
  /** The filter that it feeds, and whether it is fed itself. */
  readonly feeds: FilterPlan | undefined;
  readonly isFed: boolean;
}

/** Writes the taps and starts the kernel. */
export function installFilter(stage: Stage, plan: FilterPlan, neighbours: FilterNeighbours): void {
  if ('streams' in plan) installLanes(stage, plan, neighbours);
  else installRows(stage, plan, neighbours);
}

function installLanes(stage: Stage, plan: LanePlan, neighbours: FilterNeighbours): void {
  const { filter, layout, taps, streamBytes } = plan;
  const words = new DataView(stage.buffer, taps.offsetBytes, taps.byteLength);
  let at = 0;
  for (const entry of layout.entries) {
    words.setInt32(at, entry.stream * streamBytes + entry.index * 4, true);
    at += 4;
    for (const tap of entry.taps) {
      words.setFloat32(at, tap, true);
      at += 4;
    }
  }
  stage.kernels.initLanes(
    plan.struct.offsetBytes,
    neighbours.input,
    neighbours.output,
    filter.ratio.up,
    filter.ratio.down,
    taps.offsetBytes,
    layout.entryCount,
    filter.isHalfBand ? 1 : 0,
    layout.reachSamples,
    plan.streams.offsetBytes,
    plan.streamSamples,
    streamBytes,
    neighbours.feeds?.struct.offsetBytes ?? 0,
    neighbours.isFed ? 1 : 0,
  );
}

function installRows(stage: Stage, plan: RowPlan, neighbours: FilterNeighbours): void {
  const { filter, layout, taps, steps } = plan;
  float32View(stage, taps, layout.taps.length).set(layout.taps);
  new Int32Array(stage.buffer, steps.offsetBytes, layout.stepsBytes.length).set(layout.stepsBytes);
  stage.kernels.initRows(
    plan.struct.offsetBytes,
    neighbours.input,
    neighbours.output,
    taps.offsetBytes,
    steps.offsetBytes,
    filter.ratio.up,
    layout.tapCount,
    filter.ratio.down,
    filter.latenessSamples,
    plan.historySamples,
  );
}

export function toWholeVectors(samples: number): number {
  return Math.ceil(samples / 4) * 4;
}
