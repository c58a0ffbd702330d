// This file converts between sample rates: a block goes through one filter or two, which keep their state between blocks.
import { clearNonFinite } from './finite';
import { feedLanes, filterLanes, LaneFilter, resetLanes } from './laneFilter';
import { filterRows, resetRows, RowFilter } from './rowFilter';
import { clearsNonFinite } from './sampleStreams';
import { LANES, Stage } from './stage';

@unmanaged
export class Resampler {
  /** Where the host writes each block, and where the first filter reads it. */
  input: usize;
  /** Where the last filter writes. */
  output: usize;
  /** Address of a Stage, or 0 for equal rates: samples pass through untouched. */
  first: usize;
  /** Address of a Stage that reads what the first one writes, or 0. */
  second: usize;
}

export function initResampler(at: usize, input: usize, output: usize, first: usize, second: usize): void {
  const resampler = changetype<Resampler>(at);
  resampler.input = input;
  resampler.output = output;
  resampler.first = first;
  resampler.second = second;
  if (second != 0 && hasLanes(first) && hasLanes(second)) {
    feedLanes(changetype<LaneFilter>(first), changetype<LaneFilter>(second));
  }
}

/** Forgets the stream: the next block is the first one. */
export function resetResampler(at: usize): void {
  const resampler = changetype<Resampler>(at);
  if (resampler.first != 0) resetStage(resampler.first);
  if (resampler.second != 0) resetStage(resampler.second);
}

/** Converts the block of `inputSamples` samples at `input`; returns the samples written to `output`. */
export function resample(at: usize, inputSamples: i32): i32 {
  const resampler = changetype<Resampler>(at);
  if (!clearsItsInput(resampler.first)) clearNonFinite(resampler.input, inputSamples);
  if (resampler.first == 0) {
    memory.copy(resampler.output, resampler.input, <usize>inputSamples << 2);
    return inputSamples;
  }
  return filter(resampler, inputSamples);
}

/** Feeds `zeroSamples` zeros; returns the samples written, at most `outputSamples`. The stream is then at its end: reset it. */
export function resampleTail(at: usize, zeroSamples: i32, outputSamples: i32): i32 {
  const resampler = changetype<Resampler>(at);
  if (resampler.first == 0) return 0;
  memory.fill(resampler.input, 0, <usize>zeroSamples << 2);
  return min(filter(resampler, zeroSamples), outputSamples);
}

// @ts-ignore: decorator
@inline
function filter(resampler: Resampler, inputSamples: i32): i32 {
  const samples = runStage(resampler.first, inputSamples);
  return resampler.second == 0 ? samples : runStage(resampler.second, samples);
}

function clearsItsInput(at: usize): bool {
  return at != 0 && hasLanes(at) && clearsNonFinite(changetype<LaneFilter>(at));
}

function hasLanes(at: usize): bool {
  return changetype<Stage>(at).kernel == LANES;
}

// @ts-ignore: decorator
@inline
function runStage(at: usize, inputSamples: i32): i32 {
  if (hasLanes(at)) return filterLanes(changetype<LaneFilter>(at), inputSamples);
  return filterRows(changetype<RowFilter>(at), inputSamples);
}

function resetStage(at: usize): void {
  if (hasLanes(at)) resetLanes(changetype<LaneFilter>(at));
  else resetRows(changetype<RowFilter>(at));
}
