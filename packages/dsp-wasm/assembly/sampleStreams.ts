// This file keeps the recent past of a signal, dealt out to M streams: sample iM + j is sample i of stream j.
import { clearNonFinite, areFinite } from './finite';
import { Stage } from './stage';

/** A filter that reads its samples from streams. Behind each lie samples that may be read but are never meant. */
@unmanaged
export class SampleStreams extends Stage {
  /** M. */
  down: i32;
  streams: usize;
  /** Room in each stream, in samples. */
  streamSamples: i32;
  /** Distance between streams. */
  streamBytes: i32;
  /** Samples of a stream that an output reaches back to, the newest included. */
  reachSamples: i32;
  /** Index of the newest sample that the next output reads, in each stream. Never less than reachSamples - 1. */
  period: i32;
  /** Whether another filter writes the samples right into the streams. */
  isFed: i32;
  /** The next input sample goes here: this index of this stream. */
  index: i32;
  stream: i32;
}

/** Silence before the first sample. */
export function resetStreams(streams: SampleStreams): void {
  memory.fill(streams.streams, 0, <usize>(streams.streamBytes * streams.down));
  streams.period = streams.reachSamples - 1;
  streams.index = streams.period;
  streams.stream = 0;
}

/** Takes the `inputSamples` samples at `input`, or as many that lie in the streams already. */
// @ts-ignore: decorator
@inline
export function takeBlock(streams: SampleStreams, inputSamples: i32): void {
  const down = streams.down;
  const ahead = streams.stream + inputSamples;
  // Division by a constant is a multiplication, so the ratios of everyday do without.
  const wholePeriods = down == 1 ? ahead : down == 2 ? ahead >> 1 : down == 3 ? ahead / 3 : ahead / down;
  if (!streams.isFed) {
    makeRoom(streams, wholePeriods);
    deal(streams, streams.input, streams.input + (<usize>inputSamples << 2));
  }
  streams.index += wholePeriods;
  streams.stream = ahead - wholePeriods * down;
}

/** Whether a block may hold NaN and infinities: dealing it out to three streams is what most microphones need. */
export function clearsNonFinite(streams: SampleStreams): bool {
  return streams.down == 3;
}

/** Sees to it that so many more samples, and one that is begun, fit into each stream. */
// @ts-ignore: decorator
@inline
export function makeRoom(streams: SampleStreams, periods: i32): void {
  if (streams.index + periods >= streams.streamSamples) dropThePast(streams);
}

// @ts-ignore: decorator
@inline
function deal(streams: SampleStreams, input: usize, end: usize): void {
  const down = streams.down;
  if (down == 1) memory.copy(placeOf(streams, 0), input, end - input);
  else if (down == 2) dealTwo(streams, input, end);
  else if (down == 3) {
    if (dealThree(streams, input, end)) return;
    clearNonFinite(input, <i32>((end - input) >> 2));
    dealThree(streams, input, end);
  } else {
    for (let n = 0; n < down; n++) dealOne(input + (<usize>n << 2), end, <usize>down << 2, placeOf(streams, n));
  }
}

/** Moves what the next outputs still read to the front. */
function dropThePast(streams: SampleStreams): void {
  const shift = streams.period - streams.reachSamples + 1;
  const keptBytes = <usize>(streams.index + 1 - shift) << 2;
  for (let n = 0; n < streams.down; n++) {
    const start = streams.streams + <usize>(n * streams.streamBytes);
    memory.copy(start, start + (<usize>shift << 2), keptBytes);
  }
  streams.period -= shift;
  streams.index -= shift;
}

/** Address of the sample `ahead` places after the last one; `ahead` is less than M. */
// @ts-ignore: decorator
@inline
function placeOf(streams: SampleStreams, ahead: i32): usize {
  const stream = streams.stream + ahead;
  const wraps = stream >= streams.down;
  const row = streams.streams + <usize>((wraps ? stream - streams.down : stream) * streams.streamBytes);
  return row + (<usize>(streams.index + i32(wraps)) << 2);
}

// Whole vectors, past the end of the block: what they bring is never meant, and the next block overwrites it.

function dealTwo(streams: SampleStreams, input: usize, end: usize): void {
  let first = placeOf(streams, 0);
  let second = placeOf(streams, 1);
  for (; input < end; input += 32, first += 16, second += 16) {
    const a = v128.load(input);
    const b = v128.load(input, 16);
    v128.store(first, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
    v128.store(second, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  }
}

/**
 * Looks for NaN and infinities in passing; returns whether there were none. Each of the shuffles takes two lanes of either
 * vector, which is one instruction on most machines; others are three.
 */
function dealThree(streams: SampleStreams, input: usize, end: usize): bool {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let first = placeOf(streams, 0);
  let second = placeOf(streams, 1);
  let third = placeOf(streams, 2);
  for (; input < end; input += 48, first += 16, second += 16, third += 16) {
    const a = v128.load(input);
    const b = v128.load(input, 16);
    const c = v128.load(input, 32);
    sum0 = f32x4.add(sum0, a);
    sum1 = f32x4.add(sum1, b);
    sum2 = f32x4.add(sum2, c);
    v128.store(first, v128.shuffle<f32>(a, v128.shuffle<f32>(b, c, 2, 2, 5, 5), 0, 3, 4, 6));
    const firstTwo = v128.shuffle<f32>(a, b, 1, 1, 4, 4);
    const lastTwo = v128.shuffle<f32>(b, c, 3, 3, 6, 6);
    v128.store(second, v128.shuffle<f32>(firstTwo, lastTwo, 0, 2, 4, 6));
    v128.store(third, v128.shuffle<f32>(v128.shuffle<f32>(a, b, 2, 2, 5, 5), c, 0, 2, 4, 7));
  }
  return areFinite(f32x4.add(f32x4.add(sum0, sum1), sum2));
}

function dealOne(from: usize, end: usize, stride: usize, to: usize): void {
  for (; from < end; from += stride, to += 4) f32.store(to, f32.load(from));
}
