// This file converts between sample rates: a polyphase filter over an exact rational ratio, with state between blocks.
import { dotProduct } from './dotProduct';
import { clearNonFinite } from './finite';
import { filterLanes, LaneFilter, resetLanes } from './laneFilter';

/**
 * y[n] = Σ_k h[kL + p] · x[m - k], with m = floor(nM / L) and p = nM mod L: branch p of an L-fold polyphase filter.
 * L is the factor up, M the factor down. `rows` holds the L branches reversed (oldest sample first) and in the order in
 * which successive outputs use them, so the taps are read straight through.
 *
 * `input` is where the host writes each block. The `historySamples` samples before it are the end of the last block.
 */
@unmanaged
export class Resampler {
  rows: usize;
  rowCount: i32;
  /** Multiple of 16; 0 means equal rates, and samples pass through untouched. */
  tapCount: i32;
  /** M = stepWhole · L + stepRest. */
  stepWhole: i32;
  stepRest: i32;
  input: usize;
  output: usize;
  /** At least tapCount - 1. */
  historySamples: i32;
  /** m of the next output, counted from the start of the current block. Never negative between calls. */
  position: i32;
  /** p of the next output. */
  phase: i32;
  /** Row of the next output. */
  row: i32;
  /** Address of a LaneFilter that does the work in place of the rows, or 0. */
  lanes: usize;
}

export function initResampler(
  at: usize,
  rows: usize,
  rowCount: i32,
  tapCount: i32,
  stepWhole: i32,
  stepRest: i32,
  input: usize,
  output: usize,
  historySamples: i32,
  lanes: usize,
): void {
  const resampler = changetype<Resampler>(at);
  resampler.rows = rows;
  resampler.rowCount = rowCount;
  resampler.tapCount = tapCount;
  resampler.stepWhole = stepWhole;
  resampler.stepRest = stepRest;
  resampler.input = input;
  resampler.output = output;
  resampler.historySamples = historySamples;
  resampler.lanes = lanes;
  resetResampler(at);
}

/** Forgets the stream: the next block is the first one. */
export function resetResampler(at: usize): void {
  const resampler = changetype<Resampler>(at);
  const historyBytes = <usize>resampler.historySamples << 2;
  memory.fill(resampler.input - historyBytes, 0, historyBytes);
  resampler.position = 0;
  resampler.phase = 0;
  resampler.row = 0;
  if (resampler.lanes != 0) resetLanes(changetype<LaneFilter>(resampler.lanes));
}

/** Converts the block of `inputSamples` samples at `input`; returns the samples written to `output`. */
export function resample(at: usize, inputSamples: i32): i32 {
  const resampler = changetype<Resampler>(at);
  clearNonFinite(resampler.input, inputSamples);
  if (resampler.tapCount == 0) return passThrough(resampler, inputSamples);
  if (resampler.lanes != 0) return filterByLanes(resampler, inputSamples, i32.MAX_VALUE);
  const written = filter(resampler, inputSamples, i32.MAX_VALUE);
  keepHistory(resampler, inputSamples);
  return written;
}

/** Feeds `zeroSamples` zeros and stops after `outputSamples` samples. The stream is then at its end: reset it. */
export function resampleTail(at: usize, zeroSamples: i32, outputSamples: i32): i32 {
  const resampler = changetype<Resampler>(at);
  if (resampler.tapCount == 0) return 0;
  memory.fill(resampler.input, 0, <usize>zeroSamples << 2);
  if (resampler.lanes != 0) return filterByLanes(resampler, zeroSamples, outputSamples);
  return filter(resampler, zeroSamples, outputSamples);
}

function filterByLanes(resampler: Resampler, inputSamples: i32, maxOutputSamples: i32): i32 {
  const lanes = changetype<LaneFilter>(resampler.lanes);
  return filterLanes(lanes, resampler.input, inputSamples, resampler.output, maxOutputSamples);
}

function passThrough(resampler: Resampler, inputSamples: i32): i32 {
  memory.copy(resampler.output, resampler.input, <usize>inputSamples << 2);
  return inputSamples;
}

function filter(resampler: Resampler, inputSamples: i32, maxOutputSamples: i32): i32 {
  const tapCount = resampler.tapCount;
  const rowBytes = <usize>tapCount << 2;
  const firstRow = resampler.rows;
  const endOfRows = firstRow + <usize>resampler.rowCount * rowBytes;
  const oldest = resampler.input - rowBytes + 4;
  let taps = firstRow + <usize>resampler.row * rowBytes;
  let position = resampler.position;
  let phase = resampler.phase;
  let written = 0;
  while (position < inputSamples && written < maxOutputSamples) {
    f32.store(resampler.output + (<usize>written << 2), dotProduct(oldest + (<usize>position << 2), taps, tapCount));
    written++;
    position += resampler.stepWhole;
    phase += resampler.stepRest;
    if (phase >= resampler.rowCount) {
      phase -= resampler.rowCount;
      position++;
    }
    taps += rowBytes;
    if (taps == endOfRows) taps = firstRow;
  }
  resampler.position = position;
  resampler.phase = phase;
  resampler.row = <i32>((taps - firstRow) / rowBytes);
  return written;
}

function keepHistory(resampler: Resampler, inputSamples: i32): void {
  const historyBytes = <usize>resampler.historySamples << 2;
  const start = resampler.input - historyBytes;
  memory.copy(start, start + (<usize>inputSamples << 2), historyBytes);
  resampler.position -= inputSamples;
}
