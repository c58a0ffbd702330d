// This file filters at small ratios L / M: each SIMD lane is another output, and every tap is broadcast to all lanes.

/**
 * The samples lie in M streams: sample iM + j of the signal is sample i of stream j. Period i is the L outputs at
 * input positions iM + floor(pM / L), p < L, so the same tap of the same output in successive periods meets successive
 * samples of one stream: four periods are one unaligned load.
 *
 * `taps` is read straight through: stream by stream, oldest sample first, the L outputs' taps side by side. Taps that
 * an output does not have are 0. Every output is the sum in that order whatever its lane, so a result does not depend
 * on how the audio was cut into blocks; lanes past the last complete output hold sums over stale but finite samples.
 */
@unmanaged
export class LaneFilter {
  /** L, 1 to 3. */
  up: i32;
  /** M. */
  down: i32;
  taps: usize;
  /** Taps per output and stream. */
  tapCount: i32;
  streams: usize;
  /** Room in each stream, in samples; behind it lie `LANE_SLACK_SAMPLES` that are read but never meant. */
  streamSamples: i32;
  /** Distance between streams. */
  streamBytes: i32;
  /** Index, in the streams, of the next output's period. Never less than tapCount - 1. */
  period: i32;
  /** p of the next output. */
  phase: i32;
  /** Where the next input sample goes: index · M + stream. */
  filled: i32;
}

/** Periods per turn at L = 1, 2 and 3: with more accumulators than six the engine spills registers. */
const PERIODS_1 = 24;
const PERIODS_2 = 12;
const PERIODS_3 = 8;

export function initLanes(
  at: usize,
  up: i32,
  down: i32,
  taps: usize,
  tapCount: i32,
  streams: usize,
  streamSamples: i32,
  streamBytes: i32,
): void {
  const filter = changetype<LaneFilter>(at);
  filter.up = up;
  filter.down = down;
  filter.taps = taps;
  filter.tapCount = tapCount;
  filter.streams = streams;
  filter.streamSamples = streamSamples;
  filter.streamBytes = streamBytes;
  resetLanes(filter);
}

/** Forgets the stream: silence before the first sample. */
export function resetLanes(filter: LaneFilter): void {
  memory.fill(filter.streams, 0, <usize>(filter.streamBytes * filter.down));
  filter.period = filter.tapCount - 1;
  filter.phase = 0;
  filter.filled = filter.period * filter.down;
}

/**
 * Takes `inputSamples` finite samples and writes the outputs they complete, at most `maxOutputSamples`; returns how
 * many. Up to L - 1 samples before `output`, and one turn behind the last, are overwritten.
 */
export function filterLanes(filter: LaneFilter, input: usize, inputSamples: i32, output: usize, maxOutputSamples: i32): i32 {
  makeRoom(filter, inputSamples);
  distribute(filter, input, inputSamples);
  const up = filter.up;
  const down = filter.down;
  const first = filter.period * up + filter.phase;
  const written = min((filter.filled * up + down - 1) / down - first, maxOutputSamples);
  const start = output - (<usize>filter.phase << 2);
  const end = start + (<usize>(filter.phase + written) << 2);
  const samples = filter.streams + (<usize>(filter.period - filter.tapCount + 1) << 2);
  if (up == 1) filterOne(filter, samples, start, end);
  else if (up == 2) filterTwo(filter, samples, start, end);
  else filterThree(filter, samples, start, end);
  filter.period = (first + written) / up;
  filter.phase = (first + written) % up;
  return written;
}

/** Moves what is still needed to the front, when the block would not fit behind it. */
function makeRoom(filter: LaneFilter, inputSamples: i32): void {
  const down = filter.down;
  if (filter.filled + inputSamples <= filter.streamSamples * down) return;
  const shift = filter.period - filter.tapCount + 1;
  const keptBytes = <usize>(filter.filled / down + 1 - shift) << 2;
  for (let stream = 0; stream < down; stream++) {
    const start = filter.streams + <usize>(stream * filter.streamBytes);
    memory.copy(start, start + (<usize>shift << 2), keptBytes);
  }
  filter.period -= shift;
  filter.filled -= shift * down;
}

/** Input n goes to stream (filled + n) mod M, behind what is there. */
function distribute(filter: LaneFilter, input: usize, inputSamples: i32): void {
  const down = filter.down;
  const end = input + (<usize>inputSamples << 2);
  const stride = <usize>down << 2;
  if (down == 1) memory.copy(placeOf(filter, 0), input, end - input);
  else if (down == 3) distributeThree(filter, input, end);
  else {
    for (let n = 0; n < down; n++) copyStrided(input + (<usize>n << 2), end, stride, placeOf(filter, n));
  }
  filter.filled += inputSamples;
}

function distributeThree(filter: LaneFilter, input: usize, end: usize): void {
  let first = placeOf(filter, 0);
  let second = placeOf(filter, 1);
  let third = placeOf(filter, 2);
  for (; input + 48 <= end; input += 48) {
    const a = v128.load(input);
    const b = v128.load(input, 16);
    const c = v128.load(input, 32);
    v128.store(first, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 0, 3, 6, 6), c, 0, 1, 2, 5));
    v128.store(second, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 1, 4, 7, 7), c, 0, 1, 2, 6));
    v128.store(third, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 2, 5, 5, 5), c, 0, 1, 4, 7));
    first += 16;
    second += 16;
    third += 16;
  }
  copyStrided(input, end, 12, first);
  copyStrided(input + 4, end, 12, second);
  copyStrided(input + 8, end, 12, third);
}

// @ts-ignore: decorator
@inline
function copyStrided(from: usize, end: usize, stride: usize, to: usize): void {
  for (; from < end; from += stride, to += 4) f32.store(to, f32.load(from));
}

/** Address of the sample `ahead` places after the last one. */
function placeOf(filter: LaneFilter, ahead: i32): usize {
  const at = filter.filled + ahead;
  const stream = at % filter.down;
  return filter.streams + <usize>(stream * filter.streamBytes) + (<usize>(at / filter.down) << 2);
}

function filterOne(filter: LaneFilter, samples: usize, output: usize, end: usize): void {
  const streamBytes = <usize>filter.streamBytes;
  const tapBytes = <usize>filter.tapCount << 2;
  const endOfTaps = filter.taps + tapBytes * <usize>filter.down;
  for (; output < end; output += PERIODS_1 * 4, samples += PERIODS_1 * 4) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    let sum4 = f32x4.splat(0);
    let sum5 = f32x4.splat(0);
    let taps = filter.taps;
    for (let stream = samples; taps < endOfTaps; stream += streamBytes) {
      let x = stream;
      for (const endOfStream = taps + tapBytes; taps < endOfStream; taps += 4, x += 4) {
        const tap = v128.load32_splat(taps);
        sum0 = f32x4.add(sum0, f32x4.mul(v128.load(x), tap));
        sum1 = f32x4.add(sum1, f32x4.mul(v128.load(x, 16), tap));
        sum2 = f32x4.add(sum2, f32x4.mul(v128.load(x, 32), tap));
        sum3 = f32x4.add(sum3, f32x4.mul(v128.load(x, 48), tap));
        sum4 = f32x4.add(sum4, f32x4.mul(v128.load(x, 64), tap));
        sum5 = f32x4.add(sum5, f32x4.mul(v128.load(x, 80), tap));
      }
    }
    v128.store(output, sum0);
    v128.store(output, sum1, 16);
    v128.store(output, sum2, 32);
    v128.store(output, sum3, 48);
    v128.store(output, sum4, 64);
    v128.store(output, sum5, 80);
  }
}

function filterTwo(filter: LaneFilter, samples: usize, output: usize, end: usize): void {
  const streamBytes = <usize>filter.streamBytes;
  const tapBytes = <usize>filter.tapCount << 3;
  const endOfTaps = filter.taps + tapBytes * <usize>filter.down;
  for (; output < end; output += PERIODS_2 * 8, samples += PERIODS_2 * 4) {
    let even0 = f32x4.splat(0);
    let even1 = f32x4.splat(0);
    let even2 = f32x4.splat(0);
    let odd0 = f32x4.splat(0);
    let odd1 = f32x4.splat(0);
    let odd2 = f32x4.splat(0);
    let taps = filter.taps;
    for (let stream = samples; taps < endOfTaps; stream += streamBytes) {
      let x = stream;
      for (const endOfStream = taps + tapBytes; taps < endOfStream; taps += 8, x += 4) {
        const even = v128.load32_splat(taps);
        const odd = v128.load32_splat(taps, 4);
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        const x2 = v128.load(x, 32);
        even0 = f32x4.add(even0, f32x4.mul(x0, even));
        even1 = f32x4.add(even1, f32x4.mul(x1, even));
        even2 = f32x4.add(even2, f32x4.mul(x2, even));
        odd0 = f32x4.add(odd0, f32x4.mul(x0, odd));
        odd1 = f32x4.add(odd1, f32x4.mul(x1, odd));
        odd2 = f32x4.add(odd2, f32x4.mul(x2, odd));
      }
    }
    storeTwo(output, even0, odd0);
    storeTwo(output + 32, even1, odd1);
    storeTwo(output + 64, even2, odd2);
  }
}

// @ts-ignore: decorator
@inline
function storeTwo(output: usize, even: v128, odd: v128): void {
  v128.store(output, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
  v128.store(output, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
}

function filterThree(filter: LaneFilter, samples: usize, output: usize, end: usize): void {
  const streamBytes = <usize>filter.streamBytes;
  const tapBytes = <usize>filter.tapCount * 12;
  const endOfTaps = filter.taps + tapBytes * <usize>filter.down;
  for (; output < end; output += PERIODS_3 * 12, samples += PERIODS_3 * 4) {
    let first0 = f32x4.splat(0);
    let first1 = f32x4.splat(0);
    let second0 = f32x4.splat(0);
    let second1 = f32x4.splat(0);
    let third0 = f32x4.splat(0);
    let third1 = f32x4.splat(0);
    let taps = filter.taps;
    for (let stream = samples; taps < endOfTaps; stream += streamBytes) {
      let x = stream;
      for (const endOfStream = taps + tapBytes; taps < endOfStream; taps += 12, x += 4) {
        const first = v128.load32_splat(taps);
        const second = v128.load32_splat(taps, 4);
        const third = v128.load32_splat(taps, 8);
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        first0 = f32x4.add(first0, f32x4.mul(x0, first));
        first1 = f32x4.add(first1, f32x4.mul(x1, first));
        second0 = f32x4.add(second0, f32x4.mul(x0, second));
        second1 = f32x4.add(second1, f32x4.mul(x1, second));
        third0 = f32x4.add(third0, f32x4.mul(x0, third));
        third1 = f32x4.add(third1, f32x4.mul(x1, third));
      }
    }
    storeThree(output, first0, second0, third0);
    storeThree(output + 48, first1, second1, third1);
  }
}

// @ts-ignore: decorator
@inline
function storeThree(output: usize, a: v128, b: v128, c: v128): void {
  v128.store(output, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 0, 4, 1, 1), c, 0, 1, 4, 2));
  v128.store(output, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 5, 2, 6, 6), c, 0, 5, 1, 2), 16);
  v128.store(output, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 3, 7, 3, 7), c, 6, 0, 1, 7), 32);
}
