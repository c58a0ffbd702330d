// This file plays speech faster or slower at the same pitch: WSOLA, with as few joins as the ratio takes.
import { clearNonFinite } from '../finite';
import { crossFade } from './fade';
import { findLeastDifference } from './lagSearch';

/**
 * In the form of Verhelst and Roelands (1993) every piece of the output is the one, within a tolerance of its nominal place
 * in the input, that best continues what was played before. As long as the natural continuation lies within the tolerance,
 * it is that best one. So samples are copied, bit by bit, until what was copied has drifted by half the longest lag from
 * where the ratio says it should be; then one cross-fade joins on the most similar place, a lag away. If even that is
 * unlike, as in an onset, samples are copied on and it is tried again every quarter of a join, until the drift has doubled.
 *
 * drift = (nominal place - place in the input) grows by 1 / ratio - 1 with each output sample. It counts in units of 2⁻²⁴
 * samples, as an integer, so that the joins do not depend on how the audio was cut into blocks.
 */
@unmanaged
export class TimeStretch {
  /** Samples skipped and repeated so far. The host reads these two. */
  removedSamples: f64;
  insertedSamples: f64;
  drift: i64;
  /** At so much of it, in either direction, a join is due. */
  dueDrift: i64;
  /** Drift per output sample: above 0 to shorten, below to lengthen. */
  step: i32;
  input: usize;
  output: usize;
  /** The recent past, and what has not been played yet. */
  samples: usize;
  /** Room there. */
  roomSamples: i32;
  differences: usize;
  leastLag: i32;
  mostLag: i32;
  /** Length of a join, and of what is compared to find its place. */
  joinSamples: i32;
  strideSamples: i32;
  /** Index of the next sample that would be copied, and of the end. Never less than `mostLag`. */
  next: i32;
  end: i32;
}

const UNITS_PER_SAMPLE: i64 = 1 << 24;
/** Of the energy: a difference up to this is alike, a correlation of 0.9. */
const ALIKE_RATIO: f32 = 0.2;
/** Power of a sample, -60 dBFS: nobody hears a join in what is more quiet. */
const QUIET_POWER: f32 = 1e-6;

export function initStretch(
  at: usize,
  input: usize,
  output: usize,
  samples: usize,
  roomSamples: i32,
  differences: usize,
  leastLag: i32,
  mostLag: i32,
  joinSamples: i32,
  strideSamples: i32,
): void {
  const stretch = changetype<TimeStretch>(at);
  stretch.input = input;
  stretch.output = output;
  stretch.samples = samples;
  stretch.roomSamples = roomSamples;
  stretch.differences = differences;
  stretch.leastLag = leastLag;
  stretch.mostLag = mostLag;
  stretch.joinSamples = joinSamples;
  stretch.strideSamples = strideSamples;
  stretch.step = 0;
  resetStretch(at);
}

/** From the next output sample on. `step` is 1 / ratio - 1 in units of 2⁻²⁴. */
export function setStretchStep(at: usize, step: i32): void {
  changetype<TimeStretch>(at).step = step;
}

/** Forgets the stream, not the ratio: silence before the first sample. */
export function resetStretch(at: usize): void {
  const stretch = changetype<TimeStretch>(at);
  memory.fill(stretch.samples, 0, <usize>stretch.mostLag << 2);
  stretch.next = stretch.mostLag;
  stretch.end = stretch.mostLag;
  stretch.drift = 0;
  stretch.dueDrift = tolerance(stretch);
  stretch.removedSamples = 0;
  stretch.insertedSamples = 0;
}

/** Takes the block of `inputSamples` samples at `input`; returns the samples written to `output`. */
export function stretchBlock(at: usize, inputSamples: i32): i32 {
  const stretch = changetype<TimeStretch>(at);
  clearNonFinite(stretch.input, inputSamples);
  if (stretch.end + inputSamples > stretch.roomSamples) dropThePast(stretch);
  memory.copy(placeOf(stretch, stretch.end), stretch.input, <usize>inputSamples << 2);
  stretch.end += inputSamples;
  let written = copyUntilJoin(stretch, 0);
  while (isJoinDue(stretch) && hasJoinSamples(stretch)) written = copyUntilJoin(stretch, join(stretch, written));
  return written;
}

/** Writes all that was held back, as it is; returns how much. The stream is then at its end: reset it. */
export function stretchTail(at: usize): i32 {
  const stretch = changetype<TimeStretch>(at);
  const left = stretch.end - stretch.next;
  memory.copy(stretch.output, placeOf(stretch, stretch.next), <usize>left << 2);
  return left;
}

/** Input samples that have not been played, and that no join has skipped. */
export function heldSamples(at: usize): i32 {
  const stretch = changetype<TimeStretch>(at);
  return stretch.end - stretch.next;
}

function placeOf(stretch: TimeStretch, index: i32): usize {
  return stretch.samples + (<usize>index << 2);
}

function dropThePast(stretch: TimeStretch): void {
  const dropped = stretch.next - stretch.mostLag;
  memory.copy(stretch.samples, placeOf(stretch, dropped), <usize>(stretch.end - dropped) << 2);
  stretch.next -= dropped;
  stretch.end -= dropped;
}

function tolerance(stretch: TimeStretch): i64 {
  return (<i64>stretch.mostLag * UNITS_PER_SAMPLE) >> 1;
}

/** What drift still lacks for a join, in the direction of the ratio. */
function missingDrift(stretch: TimeStretch): i64 {
  return stretch.dueDrift - (stretch.step < 0 ? -stretch.drift : stretch.drift);
}

function isJoinDue(stretch: TimeStretch): bool {
  return stretch.step != 0 && missingDrift(stretch) <= 0;
}

function hasJoinSamples(stretch: TimeStretch): bool {
  const lag = stretch.step > 0 ? stretch.mostLag : 0;
  return stretch.end - stretch.next >= stretch.joinSamples + lag;
}

/** Copies what there is, or as many samples as are left before a join; returns `written` and that. */
function copyUntilJoin(stretch: TimeStretch, written: i32): i32 {
  let count = <i64>(stretch.end - stretch.next);
  const step = abs<i64>(stretch.step);
  // Rounded up: the sample that completes the drift is copied.
  if (step != 0) count = min(count, max<i64>((missingDrift(stretch) + step - 1) / step, 0));
  memory.copy(stretch.output + (<usize>written << 2), placeOf(stretch, stretch.next), <usize>count << 2);
  stretch.next += <i32>count;
  stretch.drift += count * stretch.step;
  return written + <i32>count;
}

/** Joins on the most similar place, or puts it off; returns the samples written then. */
function join(stretch: TimeStretch, written: i32): i32 {
  const next = stretch.next;
  const first = stretch.step > 0 ? next + stretch.leastLag : next - stretch.mostLag;
  const found = findLeastDifference(
    placeOf(stretch, next),
    placeOf(stretch, first),
    stretch.mostLag - stretch.leastLag + 1,
    stretch.joinSamples,
    stretch.strideSamples,
    stretch.differences,
  );
  const length = stretch.joinSamples;
  const most = 2 * tolerance(stretch);
  if (stretch.dueDrift < most && !isAlike(stretch, f32.load(stretch.differences + (<usize>found << 2)))) {
    stretch.dueDrift = min(stretch.dueDrift + abs<i64>(stretch.step) * (length >> 2), most);
    return written;
  }
  stretch.dueDrift = tolerance(stretch);
  const target = first + found;
  const output = stretch.output + (<usize>written << 2);
  crossFade(placeOf(stretch, next), placeOf(stretch, target), output, length, 0, length);
  stretch.next = target + length;
  stretch.drift += <i64>length * stretch.step - <i64>(target - next) * UNITS_PER_SAMPLE;
  if (target > next) stretch.removedSamples += target - next;
  else stretch.insertedSamples += next - target;
  return written + length;
}

function isAlike(stretch: TimeStretch, difference: f32): bool {
  const stride = <usize>stretch.strideSamples << 2;
  const end = placeOf(stretch, stretch.next + stretch.joinSamples);
  let energy: f32 = 0;
  let quietEnergy: f32 = 0;
  for (let at = placeOf(stretch, stretch.next); at < end; at += stride) {
    const sample = f32.load(at);
    energy += sample * sample;
    quietEnergy += QUIET_POWER;
  }
  return difference <= ALIKE_RATIO * energy || energy <= quietEnergy;
}
