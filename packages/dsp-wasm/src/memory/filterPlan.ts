// This file places one filter of a conversion in a stage's memory and starts its kernel.
import type { RateFilter } from '../design/rateFilter.ts';
import type { LaneLayout, RowLayout } from '../design/tapLayout.ts';
import { layOutTaps } from '../design/tapLayout.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap } from './memoryMap.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const LANE_STRUCT_BYTES = 80;
export const ROW_STRUCT_BYTES = 64;

/** Periods that the lane kernels work on in one turn, at most; they read and write whole turns. */
const TURN_PERIODS = 24;
/** Room for several quanta, so that what is kept of a stream is moved only now and then. */
const STREAM_ROOM_SAMPLES = 1024;

/** A filter's place in the memory; what it reads from and writes to, it shares with its neighbours. Nothing stands for 0. */
export interface FilterPlan {
  /** Address of the kernel's struct. */
  readonly struct: number;
  /** Samples before the input that belong to the filter. */
  readonly historySamples?: number;
  /** Samples before and behind its output that the filter overwrites: the rest of a turn. */
  readonly outputLeadSamples?: number;
  readonly outputSlackSamples?: number;
  /** Whether its outputs can go right into streams, past the samples in between; and whether it has the streams for that. */
  readonly canFeed?: boolean;
  readonly canBeFed?: boolean;
  /**
   * Writes the taps and starts the kernel.
   *
   * @param input Address of the samples that it reads, and `output` of those that it writes.
   * @param feeds Address of the filter that it feeds, or 0.
   */
  install(stage: Stage, input: number, output: number, feeds: number, isFed: boolean): void;
}

export function planFilter(map: MemoryMap, filter: RateFilter, maxInputSamples: number): FilterPlan {
  const layout = layOutTaps(filter);
  return 'entries' in layout ? planLanes(map, filter, layout, maxInputSamples) : planRows(map, filter, layout);
}

function planLanes(
  map: MemoryMap,
  { ratio: { up, down }, isHalfBand }: RateFilter,
  { entries, entryCount, reachSamples }: LaneLayout,
  maxInputSamples: number,
): FilterPlan {
  const streamSamples = reachSamples + Math.ceil(maxInputSamples / down) + 1 + STREAM_ROOM_SAMPLES;
  const streamBytes = toWholeVectors(streamSamples + TURN_PERIODS) * 4;
  const wordCount = entries.reduce((sum, { taps }) => sum + 1 + taps.length, 0);
  const struct = map.reserve(LANE_STRUCT_BYTES);
  const words = map.reserve(wordCount * 4);
  const streams = map.reserve(streamBytes * down);
  return {
    struct,
    outputLeadSamples: up - 1,
    outputSlackSamples: up * TURN_PERIODS,
    canFeed: up === 2 && !isHalfBand,
    canBeFed: down === 2,
    install({ kernels, buffer }, input, output, feeds, isFed) {
      const offsets = new Int32Array(buffer, words, wordCount);
      const floats = new Float32Array(buffer, words, wordCount);
      let at = 0;
      for (const { stream, index, taps } of entries) {
        offsets[at] = stream * streamBytes + index * 4;
        floats.set(taps, at + 1);
        at += taps.length + 1;
      }
      kernels.initLanes(
        struct,
        input,
        output,
        up,
        down,
        words,
        entryCount,
        isHalfBand ? 1 : 0,
        reachSamples,
        streams,
        streamSamples,
        streamBytes,
        feeds,
        isFed ? 1 : 0,
      );
    },
  };
}

function planRows(map: MemoryMap, filter: RateFilter, { taps, tapCount, stepsBytes }: RowLayout): FilterPlan {
  const { ratio, latenessSamples } = filter;
  const struct = map.reserve(ROW_STRUCT_BYTES);
  const rows = map.reserve(taps.byteLength);
  const steps = map.reserve(stepsBytes.byteLength);
  const historySamples = toWholeVectors(tapCount + Math.ceil(latenessSamples / ratio.up));
  return {
    struct,
    historySamples,
    install({ kernels, buffer }, input, output) {
      new Float32Array(buffer, rows).set(taps);
      new Int32Array(buffer, steps).set(stepsBytes);
      const { up, down } = ratio;
      kernels.initRows(struct, input, output, rows, steps, up, tapCount, down, latenessSamples, historySamples);
    },
  };
}

export function toWholeVectors(samples: number): number {
  return Math.ceil(samples / 4) * 4;
}
