// This file follows the test signal through received audio: where each frame lies in it, which samples are missing or came
// twice, at which rate they were taken, and what of the tones above 8 kHz has folded down.
import type { Severity } from '../ledger/records.ts';
import {
  ALIAS_COMPONENTS,
  ALIAS_TONE_AMPLITUDE,
  NOISE_RMS,
  SIGNAL_PERIOD_SAMPLES,
  SIGNAL_SAMPLE_RATE,
  createTestSignal,
} from './testSignal.ts';

/** What is judged. */
export type SignalCheck = 'continuity' | 'rate' | 'aliasing';

/** Receives what the tracker finds. */
export type SignalReport = (check: SignalCheck, severity: Severity, detail: string) => void;

/** Audio is judged in pieces of this many samples: 20 ms. */
const FRAME_SAMPLES = 320;
/** Correlation from which a frame is where it is thought to be; half a sample of delay costs less than 0.1. */
const LOCKED = 0.8;
/** A neighbouring position must fit so much better before a slip by one sample is believed. */
const SLIP_MARGIN = 0.03;
/** RMS below which a frame is silence: about -54 dB. */
const SILENT = 65;
/** Frames without a fit, one second of them, after which other rates are tried. */
const LOST_FRAMES = 50;
/** Samples at the edge of a frame that are silent where a mute begins or ends within it. */
const EDGE_SAMPLES = 16;
/** While searching, every so many frames are looked for. */
const SEARCH_EVERY = 5;
/** Slips by one sample within a second that are a wrong rate: 500 ppm. */
const MAX_SLIPS_PER_SECOND = 8;
/** Suppression that is asked of a tone above 8 kHz, in dB. */
const MIN_SUPPRESSION_DB = 50;
/** Rates, in Hz, that audio is sent at by mistake as if it were 16 kHz. */
const WRONG_RATES = [8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000] as const;

/**
 *   state      input                                     next       report
 *   searching  a frame that fits somewhere               following
 *   searching  1 s of frames that fit nowhere            searching  rate, with the rate that fits, once
 *   following  a frame that fits where it should         following  aliasing, once per period that holds tones
 *   following  a frame that fits one sample beside       following  rate, when more than 8 do so in a second
 *   following  a frame that does not fit                 lost
 *   lost       a frame that fits somewhere               following  continuity, with the samples missing or repeated
 *   lost       1 s of frames that fit nowhere            searching  continuity
 *   any        silence, or the edge of it                the same
 */
export class SignalTracker {
  readonly #report: SignalReport;
  readonly #reference = new Reference(SIGNAL_SAMPLE_RATE);
  #state: 'searching' | 'following' | 'lost' = 'searching';
  /** Position in the signal at which the next frame should lie. */
  #expected = 0;
  /** Frames in a row that fitted nowhere, this one included. */
  #misfits = 1;
  #slips = 0;
  #framesInSecond = 0;
  #isRateReported = false;
  /** The last whole period while following, for the tones. */
  #period: Int16Array | undefined;
  #periodFilled = 0;

  constructor(report: SignalReport) {
    this.#report = report;
  }

  /** Takes one frame of 20 ms at 16 kHz; nothing of it is kept. */
  frame(frame: Int16Array): void {
    const energy = energyOf(frame);
    if (energy < SILENT * SILENT * FRAME_SAMPLES || touchesSilence(frame)) {
      this.#advance(0);
    } else if (this.#state === 'following') {
      this.#follow(frame, energy);
    } else {
      this.#search(frame, energy);
    }
  }

  #follow(frame: Int16Array, energy: number): void {
    const here = this.#reference.correlate(frame, this.#expected, energy);
    const beats = (by: number): boolean =>
      this.#reference.correlate(frame, this.#expected + by, energy) > Math.max(LOCKED, here + SLIP_MARGIN);
    const slip = [-1, 1].find(beats) ?? 0;
    if (here < LOCKED && slip === 0) {
      this.#state = 'lost';
      this.#misfits = 1;
      this.#periodFilled = 0;
      this.#advance(0);
      return;
    }
    this.#countSlips(slip);
    this.#advance(slip);
    this.#collectPeriod(frame);
  }

  #search(frame: Int16Array, energy: number): void {
    // Looking everywhere costs as much as 10,000 frames of following.
    const found = this.#misfits % SEARCH_EVERY === 1 ? this.#reference.findBest(frame, energy) : undefined;
    if (found !== undefined && found.correlation >= LOCKED) {
      if (this.#state === 'lost') this.#reportGap(found.position - this.#expected);
      this.#state = 'following';
      this.#expected = found.position;
      this.#advance(0);
      return;
    }
    this.#misfits += 1;
    this.#advance(0);
    if (this.#misfits < LOST_FRAMES) return;
    this.#misfits = 1;
    if (this.#state === 'lost') this.#report('continuity', 'fatal', 'the test signal broke off');
    else this.#reportRate(frame, energy);
    this.#state = 'searching';
  }

  #reportGap(jump: number): void {
    const samples = wrap(jump + SIGNAL_PERIOD_SAMPLES / 2) - SIGNAL_PERIOD_SAMPLES / 2;
    const count = `${Math.abs(samples)} samples`;
    if (samples > 0) this.#report('continuity', 'fatal', `${count} are missing`);
    else if (samples < 0) this.#report('continuity', 'fatal', `${count} came twice, or were put in between`);
    else this.#report('continuity', 'fatal', `up to ${this.#misfits * FRAME_SAMPLES} samples are damaged`);
  }

  #reportRate(frame: Int16Array, energy: number): void {
    if (this.#isRateReported) return;
    const rate = WRONG_RATES.find((wrong) => new Reference(wrong).findBest(frame, energy).correlation >= LOCKED);
    this.#isRateReported = true;
    if (rate === undefined) this.#report('continuity', 'fatal', 'a second of sound is not the test signal');
    else this.#report('rate', 'fatal', `the samples were taken at ${rate} Hz, wanted ${SIGNAL_SAMPLE_RATE}`);
  }

  #countSlips(slip: number): void {
    this.#slips += slip;
    this.#framesInSecond += 1;
    if (this.#framesInSecond < SIGNAL_SAMPLE_RATE / FRAME_SAMPLES) return;
    if (Math.abs(this.#slips) > MAX_SLIPS_PER_SECOND) {
      const actualRate = SIGNAL_SAMPLE_RATE - this.#slips;
      this.#report('rate', 'strict', `${actualRate} samples for a second, wanted ${SIGNAL_SAMPLE_RATE} ± 8`);
    }
    this.#slips = 0;
    this.#framesInSecond = 0;
  }

  #advance(slip: number): void {
    this.#expected = wrap(this.#expected + slip + FRAME_SAMPLES);
  }

  #collectPeriod(frame: Int16Array): void {
    this.#period ??= new Int16Array(SIGNAL_PERIOD_SAMPLES);
    const count = Math.min(FRAME_SAMPLES, SIGNAL_PERIOD_SAMPLES - this.#periodFilled);
    this.#period.set(frame.subarray(0, count), this.#periodFilled);
    this.#periodFilled += count;
    if (this.#periodFilled < SIGNAL_PERIOD_SAMPLES) return;
    this.#periodFilled = 0;
    for (const component of ALIAS_COMPONENTS) this.#judgeAlias(this.#period, component);
  }

  #judgeAlias(period: Int16Array, component: number): void {
    const gain = Math.sqrt(energyOf(period) / FRAME_SAMPLES) / 32_768 / NOISE_RMS;
    const toneAmplitude = Math.max(1e-9, measureTone(period, component));
    const suppressionDb = 20 * Math.log10((gain * ALIAS_TONE_AMPLITUDE) / toneAmplitude);
    if (suppressionDb >= MIN_SUPPRESSION_DB) return;
    const hz = Math.round((component * SIGNAL_SAMPLE_RATE) / SIGNAL_PERIOD_SAMPLES);
    const detail = `a tone above 8 kHz appears at ${hz} Hz, ${suppressionDb.toFixed(0)} dB weaker, wanted 50 dB`;
    this.#report('aliasing', 'fatal', detail);
  }
}

function wrap(position: number): number {
  return ((position % SIGNAL_PERIOD_SAMPLES) + SIGNAL_PERIOD_SAMPLES) % SIGNAL_PERIOD_SAMPLES;
}

function energyOf(frame: ArrayLike<number>, from = 0): number {
  let energy = 0;
  for (let i = from; i < from + FRAME_SAMPLES; i++) energy += (frame[i] ?? 0) ** 2;
  return energy;
}

/** A mute begins or ends within the frame: it cannot be judged, and is no fault. */
function touchesSilence(frame: Int16Array): boolean {
  const isSilent = (edge: Int16Array): boolean => edge.every((sample) => Math.abs(sample) < 8);
  return isSilent(frame.subarray(0, EDGE_SAMPLES)) || isSilent(frame.subarray(-EDGE_SAMPLES));
}

/** One period of the signal, to compare frames with. */
class Reference {
  readonly #lengthSamples: number;
  /** The period, and behind it the beginning of the next one, so that no frame has to wrap. */
  readonly #samples: Float32Array;

  /** @param sampleRate Rate at which the samples are thought to be taken, in Hz. */
  constructor(sampleRate: number) {
    const lengthMs = (SIGNAL_PERIOD_SAMPLES * 1000) / SIGNAL_SAMPLE_RATE;
    this.#lengthSamples = Math.round((lengthMs * sampleRate) / 1000);
    this.#samples = createTestSignal(sampleRate, lengthMs + (FRAME_SAMPLES * 1000) / sampleRate);
  }

  /** Normalised correlation, -1 … 1, of a frame with the signal from `position` on. */
  correlate(frame: Int16Array, position: number, energy: number): number {
    const start = ((position % this.#lengthSamples) + this.#lengthSamples) % this.#lengthSamples;
    const expected = this.#samples.subarray(start, start + FRAME_SAMPLES);
    let product = 0;
    for (let i = 0; i < FRAME_SAMPLES; i++) product += (frame[i] ?? 0) * (expected[i] ?? 0);
    return product / Math.sqrt(energy * energyOf(expected));
  }

  findBest(frame: Int16Array, energy: number): { readonly position: number; readonly correlation: number } {
    const samples = this.#samples;
    const wanted = Float32Array.from(frame);
    let position = 0;
    let correlation = -1;
    let expectedEnergy = energyOf(samples);
    for (let candidate = 0; candidate < this.#lengthSamples; candidate++) {
      let product = 0;
      for (let i = 0; i < FRAME_SAMPLES; i++) product += (wanted[i] as number) * (samples[candidate + i] as number);
      const value = product / Math.sqrt(energy * expectedEnergy);
      if (value > correlation) {
        correlation = value;
        position = candidate;
      }
      expectedEnergy += (samples[candidate + FRAME_SAMPLES] ?? 0) ** 2 - (samples[candidate] ?? 0) ** 2;
    }
    return { position, correlation };
  }
}

/** Amplitude, 0 … 1, of one component over a whole period. */
function measureTone(period: Int16Array, component: number): number {
  const turn = (2 * Math.PI * component) / period.length;
  let re = 0;
  let im = 0;
  period.forEach((sample, i) => {
    re += sample * Math.cos(turn * i);
    im += sample * Math.sin(turn * i);
  });
  return (2 * Math.hypot(re, im)) / period.length / 32_768;
}
