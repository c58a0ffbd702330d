// This file drives the player's stages in tests, and measures what they did to speech.
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import type { Concealer } from '../../src/player/concealer.ts';
import type { TimeStretch } from '../../src/player/timeStretch.ts';
import type { StretchPart } from '../reference/playerReference.ts';
import { forEachBlock, joinFloats } from '../streams.ts';

/** All that `process` returned, without what is held back at the end. */
export function stretchStream(
  stretch: TimeStretch,
  parts: readonly StretchPart[],
  blockLengths: readonly number[] = [128],
): Float32Array {
  const outputs: Float32Array[] = [];
  for (const { samples, ratio } of parts) {
    stretch.ratio = ratio;
    forEachBlock(samples, blockLengths, (block) => outputs.push(stretch.process(block).slice()));
  }
  return joinFloats(outputs);
}

/** Passes samples on, or conceals those that are missing, in blocks that never hold both. */
export function concealStream(
  concealer: Concealer,
  signal: Float32Array,
  isMissing: readonly boolean[],
  blockLengths: readonly number[] = [128],
): Float32Array {
  const outputs: Float32Array[] = [];
  let at = 0;
  for (let i = 0; at < signal.length; i++) {
    let end = at + 1;
    const most = at + (blockLengths[i % blockLengths.length] ?? 1);
    while (end < Math.min(most, signal.length) && isMissing[end] === isMissing[at]) end++;
    const block = isMissing[at] === true ? concealer.conceal(end - at) : concealer.process(signal.subarray(at, end));
    outputs.push(block.slice());
    at = end;
  }
  return joinFloats(outputs);
}

export function makeSpeech(sampleRate: number, durationMs: number, seed = 1): Float32Array {
  return makeSpeechLike({ random: createSeededRandom(seed), sampleRate, durationMs });
}

/** ms. */
const FRAME_MS = 30;
const SEARCH_MS = 25;

/**
 * How alike two recordings of the same words are, though their time lines wander: the correlation of each 30 ms of one with
 * the most similar place of the other within 25 ms, as a mean weighted by energy. 1 is the same.
 */
export function measureSimilarity(wanted: Float32Array, actual: Float32Array, sampleRate: number): number {
  const frame = Math.round((sampleRate * FRAME_MS) / 1000);
  const search = Math.round((sampleRate * SEARCH_MS) / 1000);
  let [sum, weights] = [0, 0];
  for (let at = search; at + frame + search <= Math.min(wanted.length, actual.length); at += frame) {
    const energy = productOf(wanted, at, wanted, at, frame);
    let best = 0;
    for (let lag = -search; lag <= search; lag++) {
      const other = productOf(actual, at + lag, actual, at + lag, frame);
      const product = productOf(wanted, at, actual, at + lag, frame);
      if (product > 0) best = Math.max(best, product / Math.sqrt(energy * other));
    }
    sum += energy * best;
    weights += energy;
  }
  return sum / weights;
}

function productOf(a: Float32Array, atA: number, b: Float32Array, atB: number, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += (a[atA + n] ?? 0) * (b[atB + n] ?? 0);
  return sum;
}

/** Largest |x[n] - x[n - 1]| in [from, to). */
export function largestStep(signal: ArrayLike<number>, from = 1, to = signal.length): number {
  let largest = 0;
  for (let n = Math.max(from, 1); n < to; n++)
    largest = Math.max(largest, Math.abs((signal[n] ?? 0) - (signal[n - 1] ?? 0)));
  return largest;
}

/** Bands of the spectral flux, and the distance and length of its two frames, in ms. */
const FLUX_BANDS = 24;
const FLUX_FRAME_MS = 10;

/**
 * Spectral flux across a place: the mean difference in dB, over bands of 150 Hz from 150 Hz on, between the 10 ms before it
 * and the 10 ms behind it. Bands 40 dB below the strongest count as that.
 */
export function measureFluxDb(signal: ArrayLike<number>, at: number, sampleRate: number): number {
  const count = Math.round((sampleRate * FLUX_FRAME_MS) / 1000);
  return distanceDb(bandLevelsDb(signal, at - count, count, sampleRate), bandLevelsDb(signal, at, count, sampleRate));
}

/** The same between `count` samples of two signals. */
export function measureSpectralDistanceDb(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  at: number,
  count: number,
  sampleRate: number,
): number {
  return distanceDb(bandLevelsDb(a, at, count, sampleRate), bandLevelsDb(b, at, count, sampleRate));
}

function distanceDb(a: readonly number[], b: readonly number[]): number {
  const floor = Math.max(...a, ...b) - 40;
  const apart = a.map((level, i) => Math.abs(Math.max(level, floor) - Math.max(b[i] ?? 0, floor)));
  return apart.reduce((sum, value) => sum + value, 0) / FLUX_BANDS;
}

function bandLevelsDb(signal: ArrayLike<number>, start: number, count: number, sampleRate: number): number[] {
  return Array.from({ length: FLUX_BANDS }, (_, band) => {
    const radPerSample = (2 * Math.PI * 150 * (band + 1)) / sampleRate;
    let [re, im] = [0, 0];
    for (let n = 0; n < count; n++) {
      const x = (signal[start + n] ?? 0) * (1 - Math.cos((2 * Math.PI * (n + 0.5)) / count));
      re += x * Math.cos(radPerSample * n);
      im += x * Math.sin(radPerSample * n);
    }
    return 10 * Math.log10(re * re + im * im + 1e-12);
  });
}
