// This file fills in for audio that is missing: it goes on with the last pitch period, fading, and merges back into what comes.
import { clearNonFinite } from '../finite';
import { crossFade, fadeWeight } from './fade';
import { findLeastDifference } from './lagSearch';

/**
 * The lag P at which the last `windowSamples` samples x[..N) differ least from what lies before them is taken for the pitch
 * period, or a few of them. What is missing is c[0..P), over and over:
 *
 *     c[k] = x[N - P + k] + (x[N - 1] - x[N - 1 - P]) · (1 - w(2k / P)), the second term for k < P / 2.
 *
 * That term spreads what differs between the ends of the period over its first half, so that neither the beginning nor a
 * turn has another step than x had from N - 1 - P to N - P. (Repeating the last period with a fading gain: ITU-T G.711
 * Appendix I, which holds 3.75 ms back in order to cross-fade at the beginning instead.)
 */
@unmanaged
export class Concealer {
  input: usize;
  output: usize;
  /** x: the last `mostLag` + `windowSamples` samples of the output, newest last. */
  history: usize;
  /** c. */
  cycle: usize;
  differences: usize;
  leastLag: i32;
  mostLag: i32;
  windowSamples: i32;
  strideSamples: i32;
  /** The gain is 1 for so many samples, and 0 after so many. */
  holdSamples: i32;
  fadedSamples: i32;
  /** Length of the cross-fade into audio that comes after a gap. */
  mergeSamples: i32;
  /** P. */
  period: i32;
  /** k of the next sample. */
  place: i32;
  /** Concealed so far in this gap, or merged into what came after it. */
  elapsedSamples: i32;
  isInGap: i32;
  /** Left of the cross-fade. */
  mergeLeftSamples: i32;
}

export function initConcealer(
  at: usize,
  input: usize,
  output: usize,
  history: usize,
  cycle: usize,
  differences: usize,
  leastLag: i32,
  mostLag: i32,
  windowSamples: i32,
  strideSamples: i32,
  holdSamples: i32,
  fadedSamples: i32,
  mergeSamples: i32,
): void {
  const concealer = changetype<Concealer>(at);
  concealer.input = input;
  concealer.output = output;
  concealer.history = history;
  concealer.cycle = cycle;
  concealer.differences = differences;
  concealer.leastLag = leastLag;
  concealer.mostLag = mostLag;
  concealer.windowSamples = windowSamples;
  concealer.strideSamples = strideSamples;
  concealer.holdSamples = holdSamples;
  concealer.fadedSamples = fadedSamples;
  concealer.mergeSamples = mergeSamples;
  resetConcealer(at);
}

/** Forgets the stream: silence before the first sample. */
export function resetConcealer(at: usize): void {
  const concealer = changetype<Concealer>(at);
  memory.fill(concealer.history, 0, <usize>historySamples(concealer) << 2);
  concealer.isInGap = 0;
  concealer.mergeLeftSamples = 0;
}

/** Passes the `count` samples at `input` on to `output`; the first after a gap are cross-faded with what went on till then. */
export function passBlock(at: usize, count: i32): void {
  if (count == 0) return;
  const concealer = changetype<Concealer>(at);
  const input = concealer.input;
  const output = concealer.output;
  clearNonFinite(input, count);
  const merged = min(count, concealer.mergeLeftSamples);
  goOn(concealer, merged);
  const total = concealer.mergeSamples;
  crossFade(output, input, output, merged, total - concealer.mergeLeftSamples, total);
  const mergedBytes = <usize>merged << 2;
  memory.copy(output + mergedBytes, input + mergedBytes, (<usize>count << 2) - mergedBytes);
  concealer.mergeLeftSamples -= merged;
  concealer.isInGap = 0;
  remember(concealer, count);
}

/** Writes `count` samples in place of those that are missing to `output`. */
export function concealBlock(at: usize, count: i32): void {
  if (count == 0) return;
  const concealer = changetype<Concealer>(at);
  if (concealer.isInGap == 0) beginGap(concealer);
  goOn(concealer, count);
  concealer.isInGap = 1;
  concealer.mergeLeftSamples = concealer.mergeSamples;
  remember(concealer, count);
}

function historySamples(concealer: Concealer): i32 {
  return concealer.mostLag + concealer.windowSamples;
}

function beginGap(concealer: Concealer): void {
  const mostLag = concealer.mostLag;
  const found = findLeastDifference(
    concealer.history + (<usize>mostLag << 2),
    concealer.history,
    mostLag - concealer.leastLag + 1,
    concealer.windowSamples,
    concealer.strideSamples,
    concealer.differences,
  );
  const period = mostLag - found;
  const end = concealer.history + (<usize>historySamples(concealer) << 2);
  const start = end - (<usize>period << 2);
  memory.copy(concealer.cycle, start, <usize>period << 2);
  const apart = f32.load(end - 4) - f32.load(start - 4);
  const half = period >> 1;
  const scale = <f32>1 / <f32>half;
  for (let k = 0; k < half; k++) {
    const at = concealer.cycle + (<usize>k << 2);
    f32.store(at, f32.load(at) + apart * (1 - fadeWeight(<f32>k * scale)));
  }
  concealer.period = period;
  concealer.place = 0;
  concealer.elapsedSamples = 0;
}

/** The next `count` samples of the concealment, to `output`. */
function goOn(concealer: Concealer, count: i32): void {
  const cycle = concealer.cycle;
  const period = concealer.period;
  const fadedSamples = concealer.fadedSamples;
  const scale = <f32>1 / <f32>(fadedSamples - concealer.holdSamples);
  let place = concealer.place;
  let left = fadedSamples - concealer.elapsedSamples;
  const end = concealer.output + (<usize>count << 2);
  for (let output = concealer.output; output < end; output += 4) {
    const gain = min<f32>(<f32>left * scale, 1);
    f32.store(output, f32.load(cycle + (<usize>place << 2)) * gain);
    place = place + 1 == period ? 0 : place + 1;
    left = max(left - 1, 0);
  }
  concealer.place = place;
  concealer.elapsedSamples = fadedSamples - left;
}

function remember(concealer: Concealer, count: i32): void {
  const total = historySamples(concealer);
  const taken = min(count, total);
  const kept = <usize>(total - taken) << 2;
  const takenBytes = <usize>taken << 2;
  memory.copy(concealer.history, concealer.history + takenBytes, kept);
  memory.copy(concealer.history + kept, concealer.output + (<usize>(count - taken) << 2), takenBytes);
}
