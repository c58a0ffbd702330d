// This file filters at small ratios L / M: each SIMD lane is another output, and every tap is broadcast to all lanes.
import { filterHalfBand } from './halfBand';
import { makeRoom, resetStreams, SampleStreams, takeBlock } from './sampleStreams';
import { LANES } from './stage';

/**
 * Period i is the L outputs at input positions iM + floor(pM / L), p < L, so the same tap of the same output in
 * successive periods meets successive samples of one of the M streams: four periods are one unaligned load.
 *
 * `taps` is read straight through, for one output after another (L is 1), two at a time (L is even) or all three: the
 * byte offset of a sample, as i32, and the taps with which it goes into those outputs. Every output is the sum in that
 * order whatever its lane, so a result does not depend on how the audio was cut into blocks; lanes past the last
 * complete output hold sums over stale but finite samples.
 */
@unmanaged
export class LaneFilter extends SampleStreams {
  /** L: 1, 3 or even. */
  up: i32;
  taps: usize;
  /** Entries per output or group of outputs. */
  tapCount: i32;
  isHalfBand: i32;
  /** Address of a LaneFilter with two streams that the outputs go to, in place of `output`, or 0. Only if L is 2. */
  feeds: usize;
  /** p of the next output. */
  phase: i32;
}

export function initLanes(
  at: usize,
  input: usize,
  output: usize,
  up: i32,
  down: i32,
  taps: usize,
  tapCount: i32,
  isHalfBand: i32,
  reachSamples: i32,
  streams: usize,
  streamBytes: i32,
): void {
  const filter = changetype<LaneFilter>(at);
  filter.kernel = LANES;
  filter.input = input;
  filter.output = output;
  filter.up = up;
  filter.down = down;
  filter.taps = taps;
  filter.tapCount = tapCount;
  filter.isHalfBand = isHalfBand;
  filter.reachSamples = reachSamples;
  filter.streams = streams;
  filter.streamSamples = (streamBytes >> 2) - PERIODS_1;
  filter.streamBytes = streamBytes;
  resetLanes(filter);
}

/** Sees to it that the outputs of the first filter, if they can, go right into the streams of the second, if it has two. */
export function feedLanes(first: LaneFilter, second: LaneFilter): void {
  if (first.up != 2 || first.isHalfBand || second.down != 2) return;
  first.feeds = changetype<usize>(second);
  second.isFed = 1;
}

/** Forgets the stream: silence before the first sample. */
export function resetLanes(filter: LaneFilter): void {
  resetStreams(filter);
  filter.phase = 0;
}

/**
 * Takes `inputSamples` finite samples and writes the outputs they complete; returns how many. Up to L - 1 samples
 * before `output`, and one turn behind the last, are overwritten.
 */
export function filterLanes(filter: LaneFilter, inputSamples: i32): i32 {
  takeBlock(filter, inputSamples);
  const up = filter.up;
  const period = filter.period;
  const phase = filter.phase;
  // The outputs of the period that has begun which do not need its missing samples.
  const begun = filter.stream == 0 ? 0 : (filter.stream * up + filter.down - 1) / filter.down;
  const samples = filter.streams + (<usize>(period - filter.reachSamples + 1) << 2);
  const output = filter.output - (<usize>phase << 2);
  const taps = filter.taps;
  const periods = filter.index - period + i32(begun > 0);
  if (filter.isHalfBand) halfBand(filter, samples, output, periods);
  else if (filter.feeds != 0) feedStreams(filter, samples, periods);
  else if (up == 1) filterOne(taps, taps + (<usize>filter.tapCount << 3), samples, output, periods);
  else if (up == 3) filterThree(taps, taps + (<usize>filter.tapCount << 4), samples, output, periods);
  else filterPairs(filter, samples, output, periods);
  filter.period = filter.index + i32(begun == up);
  filter.phase = begun == up ? 0 : begun;
  return (filter.index - period) * up + begun - phase;
}

/** Periods per turn with taps for 1, 2 and 3 outputs: with more accumulators than six the engine spills registers. */
const PERIODS_1 = 24;
const PERIODS_2 = 12;
/** What the last turn for 2 outputs may have instead, a vector less: a quantum of 128 at 48 kHz is 42 or 43 periods. */
const PERIODS_2_SHORT = 8;
const PERIODS_3 = 8;

// @ts-ignore: decorator
@inline
function halfBand(filter: LaneFilter, samples: usize, output: usize, periods: i32): void {
  const isUp = filter.up == 2;
  // An output reaches back to 2K samples, or one more going down.
  const pairBytes = <usize>(filter.reachSamples >> 1) << 2;
  const dense = isUp ? samples : samples + <usize>filter.streamBytes;
  const span = (pairBytes << 1) - 4;
  filterHalfBand(isUp, filter.taps, filter.tapCount, dense, span, samples + pairBytes, output, periods);
}

/** Even outputs belong to the one stream, odd ones to the other; both filters are at the same place of a period. */
// @ts-ignore: decorator
@inline
function feedStreams(filter: LaneFilter, samples: usize, periods: i32): void {
  const next = changetype<LaneFilter>(filter.feeds);
  makeRoom(next, periods);
  const even = next.streams + (<usize>next.index << 2);
  filterTwo(filter.taps, filter.taps + <usize>filter.tapCount * 12, samples, even, 0, next.streamBytes, periods);
}

function filterPairs(filter: LaneFilter, samples: usize, output: usize, periods: i32): void {
  const pairBytes = <usize>filter.tapCount * 12;
  const stride = <usize>filter.up << 2;
  let taps = filter.taps;
  for (let p = 0; p < filter.up; p += 2, taps += pairBytes, output += 8) {
    filterTwo(taps, taps + pairBytes, samples, output, stride, 0, periods);
  }
}

function filterOne(taps: usize, end: usize, samples: usize, output: usize, periods: i32): void {
  for (; periods > 0; periods -= PERIODS_1, output += PERIODS_1 * 4, samples += PERIODS_1 * 4) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    let sum4 = f32x4.splat(0);
    let sum5 = f32x4.splat(0);
    for (let at = taps; at < end; at += 8) {
      const x = samples + load<u32>(at);
      const tap = v128.load32_splat(at, 4);
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(x), tap));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(x, 16), tap));
      sum2 = f32x4.add(sum2, f32x4.mul(v128.load(x, 32), tap));
      sum3 = f32x4.add(sum3, f32x4.mul(v128.load(x, 48), tap));
      sum4 = f32x4.add(sum4, f32x4.mul(v128.load(x, 64), tap));
      sum5 = f32x4.add(sum5, f32x4.mul(v128.load(x, 80), tap));
    }
    v128.store(output, sum0);
    v128.store(output, sum1, 16);
    v128.store(output, sum2, 32);
    v128.store(output, sum3, 48);
    v128.store(output, sum4, 64);
    v128.store(output, sum5, 80);
  }
}

/** Outputs lie interleaved, `stride` bytes from pair to pair, or else the odd ones `apart` bytes behind the even ones. */
function filterTwo(
  taps: usize,
  end: usize,
  samples: usize,
  output: usize,
  stride: usize,
  apart: usize,
  periods: i32,
): void {
  const turnBytes = <usize>PERIODS_2 * (apart != 0 ? 4 : stride);
  for (; periods > PERIODS_2_SHORT; periods -= PERIODS_2, samples += PERIODS_2 * 4, output += turnBytes) {
    turnOfTwo(true, taps, end, samples, output, stride, apart);
  }
  if (periods > 0) turnOfTwo(false, taps, end, samples, output, stride, apart);
}

/** Three vectors of periods, or two. */
// @ts-ignore: decorator
@inline
function turnOfTwo(
  isWhole: bool,
  taps: usize,
  end: usize,
  samples: usize,
  output: usize,
  stride: usize,
  apart: usize,
): void {
  let even0 = f32x4.splat(0);
  let even1 = f32x4.splat(0);
  let even2 = f32x4.splat(0);
  let odd0 = f32x4.splat(0);
  let odd1 = f32x4.splat(0);
  let odd2 = f32x4.splat(0);
  for (let at = taps; at < end; at += 12) {
    const x = samples + load<u32>(at);
    const even = v128.load32_splat(at, 4);
    const odd = v128.load32_splat(at, 8);
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    even0 = f32x4.add(even0, f32x4.mul(x0, even));
    even1 = f32x4.add(even1, f32x4.mul(x1, even));
    odd0 = f32x4.add(odd0, f32x4.mul(x0, odd));
    odd1 = f32x4.add(odd1, f32x4.mul(x1, odd));
    if (isWhole) {
      const x2 = v128.load(x, 32);
      even2 = f32x4.add(even2, f32x4.mul(x2, even));
      odd2 = f32x4.add(odd2, f32x4.mul(x2, odd));
    }
  }
  if (apart != 0) {
    v128.store(output, even0);
    v128.store(output, even1, 16);
    if (isWhole) v128.store(output, even2, 32);
    output += apart;
    v128.store(output, odd0);
    v128.store(output, odd1, 16);
    if (isWhole) v128.store(output, odd2, 32);
  } else {
    storePairs(output, stride, even0, odd0);
    storePairs(output + 4 * stride, stride, even1, odd1);
    if (isWhole) storePairs(output + 8 * stride, stride, even2, odd2);
  }
}

/** Four periods' pairs of outputs, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function storePairs(output: usize, stride: usize, even: v128, odd: v128): void {
  const first = v128.shuffle<f32>(even, odd, 0, 4, 1, 5);
  const last = v128.shuffle<f32>(even, odd, 2, 6, 3, 7);
  v128.store64_lane(output, first, 0);
  v128.store64_lane(output + stride, first, 1);
  v128.store64_lane(output + 2 * stride, last, 0);
  v128.store64_lane(output + 3 * stride, last, 1);
}

function filterThree(taps: usize, end: usize, samples: usize, output: usize, periods: i32): void {
  for (; periods > 0; periods -= PERIODS_3, output += PERIODS_3 * 12, samples += PERIODS_3 * 4) {
    let first0 = f32x4.splat(0);
    let first1 = f32x4.splat(0);
    let second0 = f32x4.splat(0);
    let second1 = f32x4.splat(0);
    let third0 = f32x4.splat(0);
    let third1 = f32x4.splat(0);
    for (let at = taps; at < end; at += 16) {
      const x = samples + load<u32>(at);
      const first = v128.load32_splat(at, 4);
      const second = v128.load32_splat(at, 8);
      const third = v128.load32_splat(at, 12);
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      first0 = f32x4.add(first0, f32x4.mul(x0, first));
      first1 = f32x4.add(first1, f32x4.mul(x1, first));
      second0 = f32x4.add(second0, f32x4.mul(x0, second));
      second1 = f32x4.add(second1, f32x4.mul(x1, second));
      third0 = f32x4.add(third0, f32x4.mul(x0, third));
      third1 = f32x4.add(third1, f32x4.mul(x1, third));
    }
    storeThree(output, first0, second0, third0);
    storeThree(output + 48, first1, second1, third1);
  }
}

// Each of these shuffles takes two lanes of either vector, which is one instruction on most machines; others are three.
// @ts-ignore: decorator
@inline
function storeThree(output: usize, a: v128, b: v128, c: v128): void {
  const a0b0 = v128.shuffle<f32>(a, b, 0, 0, 4, 4);
  const c0a1 = v128.shuffle<f32>(c, a, 0, 0, 5, 5);
  const b1c1 = v128.shuffle<f32>(b, c, 1, 1, 5, 5);
  const a2b2 = v128.shuffle<f32>(a, b, 2, 2, 6, 6);
  const c2a3 = v128.shuffle<f32>(c, a, 2, 2, 7, 7);
  const b3c3 = v128.shuffle<f32>(b, c, 3, 3, 7, 7);
  v128.store(output, v128.shuffle<f32>(a0b0, c0a1, 0, 2, 4, 6));
  v128.store(output, v128.shuffle<f32>(b1c1, a2b2, 0, 2, 4, 6), 16);
  v128.store(output, v128.shuffle<f32>(c2a3, b3c3, 0, 2, 4, 6), 32);
}
