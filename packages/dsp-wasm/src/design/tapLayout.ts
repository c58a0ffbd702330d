// This file lays a filter's taps out the way the kernels read them.
import type { RateFilter } from './rateFilter.ts';
import { ROW_TAP_GROUP } from './rateFilter.ts';

/** For assembly/laneFilter.ts, and for half-band filters assembly/halfBand.ts. Both read `down` streams of samples. */
export interface LaneLayout {
  /** Of all outputs of a period, `entryCount` for each group of outputs that are computed together. */
  readonly entries: readonly LaneEntry[];
  readonly entryCount: number;
  /** Samples of a stream that an output reaches back to, the newest included. */
  readonly reachSamples: number;
}

/** A sample, and the taps with which it goes into the outputs of a group. */
export interface LaneEntry {
  readonly stream: number;
  /** Index in the stream, counted from the oldest sample that any output of the period reads. */
  readonly index: number;
  readonly taps: readonly number[];
}

/** For assembly/rowFilter.ts: a row of taps for every output of a period. */
export interface RowLayout {
  readonly taps: Float32Array;
  /** Per row. */
  readonly tapCount: number;
  /** Bytes between the oldest samples of successive rows' outputs. */
  readonly stepsBytes: Int32Array;
}

/** Beyond this, dealing the samples out to streams and the outputs of a period cost more than the lanes gain. */
const MOST_LANE_OUTPUTS = 12;
const MOST_STREAMS = 12;

const VECTOR_SAMPLES = 4;

export function layOutTaps(filter: RateFilter): LaneLayout | RowLayout {
  const { up, down } = filter.ratio;
  if (filter.isHalfBand) return layOutPairs(filter);
  const isEvenOrFew = up % 2 === 0 || up <= 3;
  return isEvenOrFew && up <= MOST_LANE_OUTPUTS && down <= MOST_STREAMS ? layOutLanes(filter) : layOutRows(filter);
}

/** The taps beside the centre on one side, outermost first, each with the one a vector further in. */
function layOutPairs({ ratio, taps }: RateFilter): LaneLayout {
  const pairCount = (taps.length + 1) / 4;
  const tapAt = (j: number): number => (j < pairCount ? (taps[2 * j] ?? 0) : 0);
  const entries = Array.from({ length: pairCount }, (_, j) => j)
    .filter((j) => j % (2 * VECTOR_SAMPLES) < VECTOR_SAMPLES)
    .map((j) => ({ stream: 0, index: j, taps: [tapAt(j), tapAt(j + VECTOR_SAMPLES)] }));
  // Going down, the newest sample is one that only the centre of a later output will meet.
  return { entries, entryCount: entries.length, reachSamples: 2 * pairCount + ratio.down - 1 };
}

function layOutLanes({ ratio: { up, down }, taps, latenessSamples }: RateFilter): LaneLayout {
  const width = up === 1 || up === 3 ? up : 2;
  const oldestPlace = Math.ceil((1 - taps.length - latenessSamples) / up);
  const oldestPeriod = Math.floor(oldestPlace / down);
  const groups: LaneEntry[][] = [];
  for (let first = 0; first < up; first += width) {
    const entries: LaneEntry[] = [];
    for (let place = oldestPlace; place < down; place++) {
      // Sample `place`, counted from the first of the period, meets these taps of the group's outputs.
      const tapOf = (output: number): number => taps[output * down - latenessSamples - place * up] ?? 0;
      const placeTaps = Array.from({ length: width }, (_, i) => tapOf(first + i));
      const period = Math.floor(place / down);
      const entry = { stream: place - period * down, index: period - oldestPeriod, taps: placeTaps };
      if (placeTaps.some((tap) => tap !== 0)) entries.push(entry);
    }
    groups.push(entries);
  }
  // All groups are made as long as the longest, by samples that go into nothing.
  const entryCount = Math.max(...groups.map(({ length }) => length));
  const nothing = { stream: 0, index: 0, taps: [0, 0, 0].slice(0, width) };
  const entries = groups.flatMap((group) => Array.from({ length: entryCount }, (_, i) => group[i] ?? nothing));
  return { entries, entryCount, reachSamples: 1 - oldestPeriod };
}

/** Rows in the order in which outputs use them, oldest sample first. */
function layOutRows({ ratio: { up, down }, taps, latenessSamples }: RateFilter): RowLayout {
  const tapCount = Math.ceil(taps.length / up / ROW_TAP_GROUP) * ROW_TAP_GROUP;
  const laid = new Float32Array(up * tapCount);
  const stepsBytes = new Int32Array(up);
  const newestOf = (row: number): number => Math.floor((row * down - latenessSamples) / up);
  for (let row = 0; row < up; row++) {
    const phase = row * down - latenessSamples - newestOf(row) * up;
    for (let j = 0; j < tapCount; j++) laid[row * tapCount + j] = taps[(tapCount - 1 - j) * up + phase] ?? 0;
    stepsBytes[row] = (newestOf(row + 1) - newestOf(row)) * Float32Array.BYTES_PER_ELEMENT;
  }
  return { taps: laid, tapCount, stepsBytes };
}
