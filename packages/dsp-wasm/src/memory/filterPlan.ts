// This file places one filter of a conversion in a stage's memory, with its taps laid out the way its kernel reads them.
import type { RateFilter } from '../design/rateFilter.ts';
import { ROW_TAP_GROUP } from '../design/rateFilter.ts';
import type { MemoryMap } from './memoryMap.ts';
import { roundUp } from './memoryMap.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const LANE_STRUCT_BYTES = 80;
export const ROW_STRUCT_BYTES = 64;

/** Beyond this, dealing the samples out to streams and the outputs of a period cost more than the lanes gain. */
const MOST_LANES = 12;
/** Periods that the lane kernels work on in one turn, at most; they read and write whole turns. */
const TURN_PERIODS = 24;
/** Room for several quanta, so that what is kept of a stream is moved only now and then, and behind them for a turn. */
const STREAM_ROOM_SAMPLES = 1024 + 1 + TURN_PERIODS;
const VECTOR_SAMPLES = 4;

/** Around the samples that a filter reads or writes: its history before them, what it overwrites of a turn on both sides. */
const LEAD_SAMPLES = 136;
const SLACK_SAMPLES = MOST_LANES * TURN_PERIODS;

/** Returns the address of room for so many samples, which any filter may read or write. */
export function placeSamples(map: MemoryMap, sampleCount: number): number {
  return map.reserve((LEAD_SAMPLES + sampleCount + SLACK_SAMPLES) * 4) + LEAD_SAMPLES * 4;
}

/**
 * @param inputSamples Most that it is given at once.
 * @param input Address of the samples that it reads, and `output` of those that it writes.
 * @returns Address of the kernel's struct.
 */
export function planFilter(
  map: MemoryMap,
  filter: RateFilter,
  inputSamples: number,
  input: number,
  output: number,
): number {
  const { up, down } = filter.ratio;
  const hasLanes = (up % 2 === 0 || up <= 3) && up <= MOST_LANES && down <= MOST_LANES;
  return (hasLanes ? planLanes : planRows)(map, filter, input, output, inputSamples);
}

/**
 * For assembly/laneFilter.ts, and for half-band filters assembly/halfBand.ts: `down` streams of samples, and entries of a
 * sample's place in them and the taps with which it goes into the outputs that are computed together.
 */
function planLanes(
  map: MemoryMap,
  { ratio: { up, down }, taps, latenessSamples, isHalfBand }: RateFilter,
  input: number,
  output: number,
  inputSamples: number,
): number {
  const width = up === 3 || (up === 1 && !isHalfBand) ? up : 2;
  const newestOf = (output: number): number => Math.floor((output * down - latenessSamples) / up);
  const oldestOf = (output: number): number => Math.ceil((output * down - latenessSamples - taps.length + 1) / up);
  // The first of each group of outputs, and samples that the group reads: as many for each as for the longest.
  const groups = Array.from({ length: Math.ceil(up / width) }, (_, i) => i * width);
  const readCount = Math.max(...groups.map((first) => newestOf(first + width - 1) - oldestOf(first) + 1));
  const oldestPlace = isHalfBand ? oldestOf(0) : newestOf(width - 1) - readCount + 1;
  const oldestPeriod = Math.floor(oldestPlace / down);
  // Of a stream, that an output reaches back to, the newest included.
  const reachSamples = 1 - oldestPeriod;
  const streamSamples = roundUp(reachSamples + Math.ceil(inputSamples / down) + STREAM_ROOM_SAMPLES, VECTOR_SAMPLES);
  const streamBytes = streamSamples * 4;
  const words: number[] = [];
  if (isHalfBand) {
    // The taps beside the centre on one side, outermost first, each with the one a vector further in.
    const pairCount = (taps.length + 1) / 4;
    const tapAt = (pair: number): number => (pair < pairCount ? (taps[2 * pair] ?? 0) : 0);
    for (let pair = 0; pair < pairCount; pair++) {
      if (pair % (2 * VECTOR_SAMPLES) < VECTOR_SAMPLES) words.push(pair * 4, tapAt(pair), tapAt(pair + VECTOR_SAMPLES));
    }
  } else {
    for (const first of groups) {
      const newest = newestOf(first + width - 1);
      for (let place = newest - readCount + 1; place <= newest; place++) {
        const period = Math.floor(place / down);
        words.push((place - period * down) * streamBytes + (period - oldestPeriod) * 4);
        for (let i = first; i < first + width; i++) words.push(taps[i * down - latenessSamples - place * up] ?? 0);
      }
    }
  }
  const entryCount = words.length / (width + 1) / groups.length;
  const struct = map.reserve(LANE_STRUCT_BYTES);
  const entries = map.reserve(words.length * 4);
  const streams = map.reserve(streamBytes * down);
  map.installs.push((kernels, buffer) => {
    const offsets = new Int32Array(buffer, entries);
    const floats = new Float32Array(buffer, entries);
    for (const [i, word] of words.entries()) (i % (width + 1) === 0 ? offsets : floats)[i] = word;
    kernels.initLanes(
      struct,
      input,
      output,
      up,
      down,
      entries,
      entryCount,
      isHalfBand ? 1 : 0,
      reachSamples,
      streams,
      streamBytes,
    );
  });
  return struct;
}

/** For assembly/rowFilter.ts: a row of taps for every output of a period, in their order, oldest sample first. */
function planRows(
  map: MemoryMap,
  { ratio: { up, down }, taps, latenessSamples }: RateFilter,
  input: number,
  output: number,
): number {
  const tapCount = roundUp(taps.length / up, ROW_TAP_GROUP);
  const historySamples = roundUp(tapCount + Math.ceil(latenessSamples / up), VECTOR_SAMPLES);
  const struct = map.reserve(ROW_STRUCT_BYTES);
  const rows = map.reserve(up * tapCount * 4);
  const steps = map.reserve(up * 4);
  map.installs.push((kernels, buffer) => {
    const laid = new Float32Array(buffer, rows);
    const stepsBytes = new Int32Array(buffer, steps);
    const newestOf = (row: number): number => Math.floor((row * down - latenessSamples) / up);
    for (let row = 0; row < up; row++) {
      const phase = row * down - latenessSamples - newestOf(row) * up;
      for (let j = 0; j < tapCount; j++) laid[row * tapCount + j] = taps[(tapCount - 1 - j) * up + phase] ?? 0;
      stepsBytes[row] = (newestOf(row + 1) - newestOf(row)) * 4;
    }
    kernels.initRows(struct, input, output, rows, steps, up, tapCount, down, latenessSamples, historySamples);
  });
  return struct;
}
