// This file runs Silero's network, version 6 for 16 kHz, over hops of 512 samples, at once or spread over the next hop.
import { clearNonFinite } from '../finite';
import { dense, FIRST_BLOCKS, FIRST_WEIGHT_BYTES, firstLayer, keepPositive, SECOND_WEIGHT_BYTES, secondLayer } from './layers';
import { FIRST_LEVEL, gainOf, limitSamples, nextLevel } from './preGain';
import { decode, openGates } from './recurrentCell';
import { initSpectrum, MAGNITUDE_BYTES, SPECTRUM_TABLE_BYTES, SPECTRUM_WORK_BYTES, transform } from './spectrum';

/**
 * The transform follows a hop's last sample at once. The other work is eleven steps of a few microseconds each, which are
 * due one after the other while the first `spreadSamples` of the next hop come in. So the score after
 * n samples depends on n alone, never on how they were cut into blocks.
 *
 *   step   work
 *   0..3   first layer, a quarter of its outputs each
 *   4      second layer
 *   5      third and fourth layer
 *   6, 7   G += W_x·x, half of the gates each
 *   8      gates and answer: here the score changes
 *   9, 10  G = b + W_h·h for the next hop, half of the gates each
 */
@unmanaged
export class NeuralVad {
  /** 0..1, of the last hop that is through step 8. */
  score: f32;
  /** Factor on the samples of the hop that came last, the peak it was made of, and the most it may be. */
  gain: f32;
  level: f32;
  maxGain: f32;
  /** f32 weights, packed by scripts/neural: matrices, then biases and the decoder's. */
  weights: usize;
  /** Where the host writes each block. */
  input: usize;
  /** 0 for everything at once, up to 512. */
  spreadSamples: i32;
  /** Of the current hop so far. */
  heardSamples: i32;
  /** The next one due of the last complete hop. */
  step: i32;
}

const HOP_SAMPLES: i32 = 512;
const CONTEXT_SAMPLES: i32 = 64;
const STEP_COUNT: i32 = 11;
const FLOAT: usize = 4;

// Weights, in the order of scripts/neural/packWeights.mjs.
const SECOND: usize = FIRST_WEIGHT_BYTES;
const THIRD: usize = SECOND + SECOND_WEIGHT_BYTES;
const FOURTH: usize = THIRD + 64 * 128 * FLOAT;
const FORWARD: usize = FOURTH + 128 * 64 * FLOAT;
const HALF_OF_GATES: usize = 256 * 128 * FLOAT;
const RECURRENT: usize = FORWARD + 2 * HALF_OF_GATES;
const BIASES: usize = RECURRENT + 2 * HALF_OF_GATES;
const SECOND_BIAS: usize = BIASES + 128 * FLOAT;
const THIRD_BIAS: usize = SECOND_BIAS + 64 * FLOAT;
const FOURTH_BIAS: usize = THIRD_BIAS + 64 * FLOAT;
const GATE_BIAS: usize = FOURTH_BIAS + 128 * FLOAT;
const DECODER: usize = GATE_BIAS + 512 * FLOAT;

// Behind the struct, in this order.
const TABLE: usize = 48;
const WORK: usize = TABLE + SPECTRUM_TABLE_BYTES;
const MAGNITUDES: usize = WORK + SPECTRUM_WORK_BYTES;
const FIRST_OUT: usize = MAGNITUDES + MAGNITUDE_BYTES;
const SECOND_OUT: usize = FIRST_OUT + 4 * 128 * FLOAT;
const THIRD_OUT: usize = SECOND_OUT + 2 * 64 * FLOAT;
const FOURTH_OUT: usize = THIRD_OUT + 64 * FLOAT;
const GATES: usize = FOURTH_OUT + 128 * FLOAT;
const CELL: usize = GATES + 512 * FLOAT;
const HIDDEN: usize = CELL + 128 * FLOAT;
/** The end of the hop before, the hop, and what its reflection adds. */
const CONTEXT: usize = HIDDEN + 128 * FLOAT;
const HOP: usize = CONTEXT + <usize>CONTEXT_SAMPLES * FLOAT;
const REFLECTION: usize = HOP + <usize>HOP_SAMPLES * FLOAT;
const END: usize = REFLECTION + <usize>CONTEXT_SAMPLES * FLOAT;

/** Bytes of the struct and everything behind it. */
export function neuralVadBytes(): i32 {
  return <i32>END;
}

/** @param spreadSamples 0 to 512. @param maxGain 1 or more. */
export function initNeuralVad(at: usize, weights: usize, input: usize, spreadSamples: i32, maxGain: f32): void {
  const vad = changetype<NeuralVad>(at);
  vad.maxGain = maxGain;
  vad.weights = weights;
  vad.input = input;
  vad.spreadSamples = spreadSamples;
  initSpectrum(at + TABLE);
  resetNeuralVad(at);
}

export function resetNeuralVad(at: usize): void {
  const vad = changetype<NeuralVad>(at);
  vad.score = 0;
  vad.gain = 1;
  vad.level = FIRST_LEVEL;
  vad.heardSamples = 0;
  vad.step = STEP_COUNT;
  memory.fill(at + CELL, 0, END - CELL);
  // W_h·0.
  memory.copy(at + GATES, vad.weights + GATE_BIAS, 512 * FLOAT);
}

/** Takes the first `count` samples of the input; `score` is then the latest. */
export function hearSamples(at: usize, count: i32): void {
  const vad = changetype<NeuralVad>(at);
  let from = vad.input;
  clearNonFinite(from, count);
  while (count > 0) {
    const part = min<i32>(count, HOP_SAMPLES - vad.heardSamples);
    memory.copy(at + HOP + (<usize>vad.heardSamples << 2), from, <usize>part << 2);
    from += <usize>part << 2;
    count -= part;
    vad.heardSamples += part;
    if (vad.heardSamples == HOP_SAMPLES) endHop(at);
    runSteps(at, stepsDue(vad));
  }
}

/** How many of the steps belong before the samples that have been heard. */
// @ts-ignore: decorator
@inline
function stepsDue(vad: NeuralVad): i32 {
  return vad.heardSamples < vad.spreadSamples ? (vad.heardSamples * STEP_COUNT) / vad.spreadSamples : STEP_COUNT;
}

function endHop(at: usize): void {
  const vad = changetype<NeuralVad>(at);
  runSteps(at, STEP_COUNT);
  vad.level = nextLevel(vad.level, limitSamples(at + HOP, HOP_SAMPLES));
  vad.gain = gainOf(vad.level, vad.maxGain);
  reflect(at + REFLECTION);
  transform(at + TABLE, at + WORK, at + CONTEXT, at + MAGNITUDES, vad.gain);
  memory.copy(at + CONTEXT, at + REFLECTION - <usize>CONTEXT_SAMPLES * FLOAT, <usize>CONTEXT_SAMPLES * FLOAT);
  vad.heardSamples = 0;
  vad.step = 0;
}

/** x[end + i] = x[end - 2 - i]: the last sample is not repeated. */
function reflect(end: usize): void {
  for (let i: usize = 0; i < <usize>CONTEXT_SAMPLES * FLOAT; i += FLOAT) {
    f32.store(end + i, f32.load(end - 2 * FLOAT - i));
  }
}

function runSteps(at: usize, due: i32): void {
  const vad = changetype<NeuralVad>(at);
  for (; vad.step < due; vad.step++) runStep(at, vad.step);
}

function runStep(at: usize, step: i32): void {
  const vad = changetype<NeuralVad>(at);
  const weights = vad.weights;
  if (step < 4) {
    const from = step * (FIRST_BLOCKS / 4);
    firstLayer(weights, weights + BIASES, at + MAGNITUDES, at + FIRST_OUT, from, from + FIRST_BLOCKS / 4);
  } else if (step == 4) {
    secondLayer(weights + SECOND, weights + SECOND_BIAS, at + FIRST_OUT, at + SECOND_OUT);
  } else if (step == 5) {
    dense(weights + THIRD, weights + THIRD_BIAS, at + SECOND_OUT, 128, at + THIRD_OUT, 2);
    keepPositive(at + THIRD_OUT, 64);
    dense(weights + FOURTH, weights + FOURTH_BIAS, at + THIRD_OUT, 64, at + FOURTH_OUT, 4);
    keepPositive(at + FOURTH_OUT, 128);
  } else if (step < 8) {
    const half = <usize>(step - 6);
    const gates = at + GATES + half * 256 * FLOAT;
    dense(weights + FORWARD + half * HALF_OF_GATES, gates, at + FOURTH_OUT, 128, gates, 8);
  } else if (step == 8) {
    openGates(at + GATES, at + CELL, at + HIDDEN);
    vad.score = decode(weights + DECODER, at + HIDDEN);
  } else {
    const half = <usize>(step - 9);
    const offset = half * 256 * FLOAT;
    const matrix = weights + RECURRENT + half * HALF_OF_GATES;
    dense(matrix, weights + GATE_BIAS + offset, at + HIDDEN, 128, at + GATES + offset, 8);
  }
}
