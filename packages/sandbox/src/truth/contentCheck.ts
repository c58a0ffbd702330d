// This file checks that what arrives is little-endian mono int16 audio that was not wrapped around. Only
// mistakes that can be told for certain; one verdict per second of audio.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Severity } from '../ledger/records.ts';
import { WrapCount } from './wrapCount.ts';

/** Frames per verdict: 1 s. */
const WINDOW_FRAMES = 50;
/** Standard deviation below which audio is too quiet to judge its byte order or its pairs (about -50 dB). */
const AUDIBLE = 100;
/** Swapped bytes turn sound into loud noise; noise below this (about -20 dB) is not it. */
const LOUD = 3000;
/** Neighbouring samples of speech resemble each other … */
const SPEECH_CORRELATION = 0.5;
/** … and those of noise do not. */
const NOISE_CORRELATION = 0.2;
/** Frames of Float32 within a window that make a verdict. */
const FLOAT_FRAMES = 10;
/** Exponents of floats from 1e-5 to 1, as the upper 16 bits without the sign. */
const FLOAT_UPPER_MIN = 0x3700;
const FLOAT_UPPER_MAX = 0x3f80;
const MIN_NONZERO_FLOATS = 40;
/** Clipped share of a second that is noted. */
const CLIPPED_RATIO = 0.01;
/** Mean of a second that is noted: -20 dB. */
const DC_LIMIT = 3277;

/** Wraps within a second that cannot be chance. */
const MIN_WRAPS = 5;

/** What can be wrong. */
export type ContentFault = 'byteOrder' | 'channels' | 'level' | 'float';

/** Receives what the check finds. */
export type ContentReport = (fault: ContentFault, severity: Severity, detail: string) => void;

/** Sums over a window that give variance and neighbour correlation. */
class Moments {
  #count = 0;
  #sum = 0;
  #sumOfSquares = 0;
  #sumOfNeighbours = 0;
  #last = 0;

  /** @param isSwapped Whether the samples' bytes are taken in the other order. */
  add(pcm: Int16Array, isSwapped: boolean): void {
    // Fields of fraction are slow to write: once per block, not per sample.
    let [sum, sumOfSquares, sumOfNeighbours, last] = [0, 0, 0, this.#last];
    for (let i = 0; i < pcm.length; i++) {
      const asSent = pcm[i] ?? 0;
      const sample = isSwapped ? (((asSent & 0xff) << 24) >> 16) | ((asSent >> 8) & 0xff) : asSent;
      sum += sample;
      sumOfSquares += sample * sample;
      sumOfNeighbours += sample * last;
      last = sample;
    }
    this.#count += pcm.length;
    this.#sum += sum;
    this.#sumOfSquares += sumOfSquares;
    this.#sumOfNeighbours += sumOfNeighbours;
    this.#last = last;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.#sumOfSquares / this.#count - this.mean ** 2));
  }

  /** Correlation of each sample with the one before, -1 … 1; 0 for silence. */
  get neighbourCorrelation(): number {
    const variance = this.deviation ** 2;
    return variance === 0 ? 0 : (this.#sumOfNeighbours / this.#count - this.mean ** 2) / variance;
  }
}

/** Looks at accepted frames. */
export class ContentCheck {
  readonly #report: ContentReport;
  #frames = 0;
  #samples = 0;
  #asSent = new Moments();
  #swapped = new Moments();
  #unequalPairs = 0;
  #floatFrames = 0;
  #clippedSamples = 0;
  readonly #wraps = new WrapCount();

  constructor(report: ContentReport) {
    this.#report = report;
  }

  /** Takes one frame of 20 ms; nothing of it is kept. */
  frame(pcm: Int16Array): void {
    this.#asSent.add(pcm, false);
    this.#swapped.add(pcm, true);
    this.#wraps.add(pcm);
    let [clippedSamples, unequalPairs] = [0, 0];
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i] ?? 0;
      if (sample === 32_767 || sample === -32_768) clippedSamples += 1;
      if ((i & 1) === 1 && sample !== pcm[i - 1]) unequalPairs += 1;
    }
    this.#clippedSamples += clippedSamples;
    this.#unequalPairs += unequalPairs;
    if (looksLikeFloats(pcm)) this.#floatFrames += 1;
    this.#samples += pcm.length;
    this.#frames += 1;
    if (this.#frames === WINDOW_FRAMES) this.#judge();
  }

  #judge(): void {
    const { deviation, mean } = this.#asSent;
    if (this.#floatFrames >= FLOAT_FRAMES) {
      this.#report(
        'float',
        'fatal',
        `${this.#floatFrames} of ${WINDOW_FRAMES} frames hold Float32 samples, wanted int16`,
      );
    } else if (this.#isByteSwapped()) {
      this.#report('byteOrder', 'fatal', 'samples are big-endian, wanted little-endian');
    } else if (deviation > AUDIBLE && this.#unequalPairs === 0) {
      this.#report(
        'channels',
        'fatal',
        `every sample comes twice: stereo sent as mono, or ${AGENT_SAMPLE_RATE / 2} Hz repeated`,
      );
    }
    const wraps = this.#wraps.take();
    if (wraps >= MIN_WRAPS) this.#report('level', 'fatal', `${wraps} samples of a second wrapped around`);
    const clippedRatio = this.#clippedSamples / this.#samples;
    if (clippedRatio > CLIPPED_RATIO) {
      this.#report('level', 'note', `${(clippedRatio * 100).toFixed(1)} % of a second is clipped`);
    }
    if (Math.abs(mean) > DC_LIMIT)
      this.#report('level', 'note', `the mean of a second is ${Math.round(mean)} of 32768`);
    this.#frames = 0;
    this.#samples = 0;
    this.#asSent = new Moments();
    this.#swapped = new Moments();
    this.#unequalPairs = 0;
    this.#floatFrames = 0;
    this.#clippedSamples = 0;
  }

  #isByteSwapped(): boolean {
    return (
      this.#asSent.deviation > LOUD &&
      this.#asSent.neighbourCorrelation < NOISE_CORRELATION &&
      this.#swapped.deviation > AUDIBLE &&
      this.#swapped.neighbourCorrelation > SPEECH_CORRELATION
    );
  }
}

/**
 * Little-endian Float32 audio read as int16 shows in every second sample: sign and exponent of a number below 1. Speech
 * as int16 would have to keep every second sample, and only those, near ±15000.
 */
function looksLikeFloats(pcm: Int16Array): boolean {
  let nonzero = 0;
  let lowerInRange = 0;
  for (let i = 1; i < pcm.length; i += 2) {
    const lower = pcm[i - 1] ?? 0;
    const upper = pcm[i] ?? 0;
    if (upper === 0 && lower === 0) continue;
    if (!isFloatUpper(upper)) return false;
    nonzero += 1;
    if (isFloatUpper(lower)) lowerInRange += 1;
  }
  return nonzero >= MIN_NONZERO_FLOATS && lowerInRange < nonzero / 2;
}

function isFloatUpper(halfWord: number): boolean {
  const magnitude = halfWord & 0x7fff;
  return magnitude >= FLOAT_UPPER_MIN && magnitude <= FLOAT_UPPER_MAX;
}
