// This file filters at any ratio L / M: the taps of each output lie in a row, and a dot product makes it.
import { ROWS, Stage } from './stage';

/**
 * y[n] = Σ_k h[kL + p] · x[m - k], with nM - s = mL + p, 0 ≤ p < L: branch p of an L-fold polyphase filter whose first
 * tap is h[0] of a filter that begins s late. `rows` holds the L branches reversed (oldest sample first) and in the
 * order in which successive outputs use them, so the taps are read straight through.
 *
 * The `historySamples` samples before `input` are the end of the last block.
 */
@unmanaged
export class RowFilter extends Stage {
  rows: usize;
  /** L. */
  rowCount: i32;
  /** Per row; a multiple of 4. */
  tapCount: i32;
  /** M. */
  down: i32;
  /** s: samples at L times the input rate. */
  lateness: i32;
  /** Multiple of 4; at least what the taps and s reach back to. */
  historySamples: i32;
  /** nM of the next output, relative to L times the start of the block. Never negative between calls. */
  due: i32;
  /** Bytes from the oldest sample of each row's output to that of the next row's, as i32. */
  steps: usize;
  /** Oldest sample that the next output reads. */
  samples: usize;
  /** Row of the next output. */
  row: i32;
}

export function initRows(
  at: usize,
  input: usize,
  output: usize,
  rows: usize,
  steps: usize,
  rowCount: i32,
  tapCount: i32,
  down: i32,
  lateness: i32,
  historySamples: i32,
): void {
  const filter = changetype<RowFilter>(at);
  filter.kernel = ROWS;
  filter.input = input;
  filter.output = output;
  filter.rows = rows;
  filter.steps = steps;
  filter.rowCount = rowCount;
  filter.tapCount = tapCount;
  filter.down = down;
  filter.lateness = lateness;
  filter.historySamples = historySamples;
  resetRows(filter);
}

/** Forgets the stream: silence before the first sample. */
export function resetRows(filter: RowFilter): void {
  const historyBytes = <usize>filter.historySamples << 2;
  memory.fill(filter.input - historyBytes, 0, historyBytes);
  const lateSamples = (filter.lateness + filter.rowCount - 1) / filter.rowCount;
  filter.samples = filter.input - (<usize>(lateSamples + filter.tapCount - 1) << 2);
  filter.due = 0;
  filter.row = 0;
}

/** Takes `inputSamples` finite samples and writes the outputs they complete; returns how many. */
export function filterRows(filter: RowFilter, inputSamples: i32): i32 {
  const rowCount = filter.rowCount;
  const down = filter.down;
  const endOfBlock = inputSamples * rowCount;
  const count = max((endOfBlock - filter.due + down - 1) / down, 0);
  filter.due += count * down - endOfBlock;
  writeOutputs(filter, count);
  filter.samples -= <usize>inputSamples << 2;
  const historyBytes = <usize>filter.historySamples << 2;
  const history = filter.input - historyBytes;
  memory.copy(history, history + (<usize>inputSamples << 2), historyBytes);
  return count;
}

/** In runs up to the last row. */
function writeOutputs(filter: RowFilter, count: i32): void {
  const rowBytes = <usize>filter.tapCount << 2;
  let samples = filter.samples;
  let row = filter.row;
  let output = filter.output;
  while (count > 0) {
    const run = min(count, filter.rowCount - row);
    const taps = filter.rows + <usize>row * rowBytes;
    const steps = filter.steps + (<usize>row << 2);
    if (filter.tapCount == 16) samples = runOf16(samples, taps, steps, output, run);
    else if (filter.tapCount == 20) samples = runOf20(samples, taps, steps, output, run);
    else samples = runOfAny(samples, taps, steps, output, run, rowBytes);
    output += <usize>run << 2;
    count -= run;
    row += run;
    if (row == filter.rowCount) row = 0;
  }
  filter.samples = samples;
  filter.row = row;
}

// @ts-ignore: decorator
@inline
function product(samples: usize, taps: usize, at: usize): v128 {
  return f32x4.mul(v128.load(samples + at), v128.load(taps + at));
}

// @ts-ignore: decorator
@inline
function storeSum(output: usize, sum: v128): void {
  const halves = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 2, 3));
  v128.store32_lane(output, f32x4.add(halves, v128.shuffle<f32>(halves, halves, 1, 1, 1, 1)), 0);
}

function runOf16(samples: usize, taps: usize, steps: usize, output: usize, count: i32): usize {
  for (const end = output + (<usize>count << 2); output < end; output += 4, taps += 64, steps += 4) {
    const sum0 = f32x4.add(product(samples, taps, 0), product(samples, taps, 16));
    const sum1 = f32x4.add(product(samples, taps, 32), product(samples, taps, 48));
    storeSum(output, f32x4.add(sum0, sum1));
    samples += load<u32>(steps);
  }
  return samples;
}

function runOf20(samples: usize, taps: usize, steps: usize, output: usize, count: i32): usize {
  for (const end = output + (<usize>count << 2); output < end; output += 4, taps += 80, steps += 4) {
    const sum0 = f32x4.add(product(samples, taps, 0), product(samples, taps, 16));
    const sum1 = f32x4.add(product(samples, taps, 32), product(samples, taps, 48));
    storeSum(output, f32x4.add(f32x4.add(sum0, sum1), product(samples, taps, 64)));
    samples += load<u32>(steps);
  }
  return samples;
}

function runOfAny(
  samples: usize,
  taps: usize,
  steps: usize,
  output: usize,
  count: i32,
  rowBytes: usize,
): usize {
  for (const end = output + (<usize>count << 2); output < end; output += 4, steps += 4) {
    let sum = f32x4.splat(0);
    let at = samples;
    for (const endOfRow = taps + rowBytes; taps < endOfRow; taps += 16, at += 16) {
      sum = f32x4.add(sum, product(at, taps, 0));
    }
    storeSum(output, sum);
    samples += load<u32>(steps);
  }
  return samples;
}
