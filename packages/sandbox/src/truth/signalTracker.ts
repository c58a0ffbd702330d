// This file follows the test signal through received audio: where each frame lies in it, which samples are missing or came
// twice, at which rate they were taken, and what of the tones above 8 kHz has folded down.
import type { Severity } from '../ledger/records.ts';
import { signalRecognizer } from './signalRecognizer.ts';
import type { SignalFit } from './signalReference.ts';
import { FRAME_SAMPLES, energyOf, positionDifference, signalReference, wrapPosition } from './signalReference.ts';
import { StepWatch } from './stepWatch.ts';
import {
  ALIAS_COMPONENTS,
  ALIAS_TONE_AMPLITUDE,
  NOISE_RMS,
  SIGNAL_PERIOD_SAMPLES,
  SIGNAL_SAMPLE_RATE,
} from './testSignal.ts';

/** What is judged. */
export type SignalCheck = 'continuity' | 'rate' | 'aliasing';

/** Receives what the tracker finds. */
export type SignalReport = (check: SignalCheck, severity: Severity, detail: string) => void;

/** Correlation from which a frame is where it is thought to be. */
const LOCKED = 0.8;
/** RMS below which a frame is silence: about -54 dB. */
const SILENT = 65;
/** Frames without a fit, one second of them, after which the signal is given up. */
const LOST_FRAMES = 50;
/** Samples at the edge of a frame that are silent where a mute begins or ends within it. */
const EDGE_SAMPLES = 16;
/** Once lost, every so many frames are looked for everywhere. */
const SEARCH_EVERY = 5;
/** A wrong rate: more samples too many or too few in a second. */
const MAX_DRIFT_PER_SECOND = 8;
/** Suppression that is asked of a tone above 8 kHz, in dB. */
const MIN_SUPPRESSION_DB = 50;
/** Components about a tone's that hold nothing but the microphone's noise … */
const NEIGHBOURS = [-9, -6, 6, 9] as const;
/** … and how far the tone has to stand out of it: chance does so once in a million periods. */
const TONE_OVER_NOISE = 4;

/**
 *   state      input                                   next       report
 *   searching  a frame that is recognized              following
 *   searching  the same, taken at another rate         searching  rate, once
 *   searching  1 s of other sound                      searching  continuity, once, if the signal is all that may come
 *   following  a frame that fits where it should       following  aliasing, once per period that holds tones
 *   following  a frame that fits up to 1.5 beside      following  continuity, if it is a step; else it is drift:
 *                                                                 rate, when a second's is over 8 samples
 *   following  a frame that does not fit               lost
 *   lost       a frame that fits somewhere             following  continuity, with the samples missing or repeated
 *   lost       1 s of frames that fit nowhere          searching  continuity; a note, if other sound may come
 *   any        silence, or the edge of it              the same
 */
export class SignalTracker {
  readonly #report: SignalReport;
  /** Whether any sound but the signal is a fault. */
  readonly #isOnlySignal: boolean;
  #state: 'searching' | 'following' | 'lost' = 'searching';
  /** Position in the signal at which the next frame should lie. */
  #expected = 0;
  /** Frames in a row that fitted nowhere, this one included. */
  #misfits = 1;
  /** Silent frames since the last one that was placed. */
  #silentFrames = 0;
  readonly #steps = new StepWatch();
  #driftSamples = 0;
  #framesInSecond = 0;
  #isRateReported = false;
  #isOtherSoundReported = false;
  /** The last whole period while following, for the tones. */
  #period: Int16Array | undefined;
  #periodFilled = 0;

  constructor(report: SignalReport, isOnlySignal: boolean) {
    this.#report = report;
    this.#isOnlySignal = isOnlySignal;
  }

  /** Takes one frame of 20 ms at 16 kHz; nothing of it is kept. */
  frame(frame: Int16Array): void {
    // Ordinary sound goes no further than this, and costs no more.
    const place = this.#state === 'searching' ? signalRecognizer().find(frame) : undefined;
    if (this.#state === 'searching' && place === undefined && !this.#isOnlySignal) return;
    const energy = energyOf(frame);
    if (energy < SILENT * SILENT * FRAME_SAMPLES || touchesSilence(frame)) this.#skipSilence();
    else if (this.#state === 'following') this.#follow(frame, energy);
    else if (this.#state === 'lost') this.#seek(frame, energy);
    else if (place?.sampleRate === SIGNAL_SAMPLE_RATE) {
      this.#place(frame, signalReference().fitNear(frame, place.position, energy));
    } else this.#countOtherSound(place?.sampleRate);
  }

  #skipSilence(): void {
    this.#silentFrames += 1;
    this.#expected = wrapPosition(this.#expected + FRAME_SAMPLES);
    this.#endStretch();
  }

  #follow(frame: Int16Array, energy: number): void {
    const fit = signalReference().fitNear(frame, this.#expected, energy);
    if (fit.correlation < LOCKED) {
      this.#endStretch();
      this.#state = 'lost';
      this.#misfits = 1;
      this.#expected = wrapPosition(this.#expected + FRAME_SAMPLES);
      return;
    }
    // During silence nobody saw what was drift.
    if (this.#silentFrames === 0) this.#countMove(positionDifference(this.#expected, fit.position));
    this.#place(frame, fit);
  }

  #place(frame: Int16Array, fit: SignalFit): void {
    this.#state = 'following';
    this.#silentFrames = 0;
    this.#expected = wrapPosition(fit.position + FRAME_SAMPLES);
    this.#collectPeriod(frame);
  }

  #seek(frame: Int16Array, energy: number): void {
    const found = this.#misfits % SEARCH_EVERY === 1 ? signalReference().findBest(frame, energy) : undefined;
    if (found !== undefined && found.correlation >= LOCKED) {
      this.#reportGap(positionDifference(this.#expected, found.position));
      this.#place(frame, found);
      return;
    }
    this.#misfits += 1;
    this.#expected = wrapPosition(this.#expected + FRAME_SAMPLES);
    if (this.#misfits < LOST_FRAMES) return;
    this.#misfits = 1;
    this.#state = 'searching';
    // Where speech may follow the signal, that is what has happened.
    this.#report('continuity', this.#isOnlySignal ? 'fatal' : 'note', 'the test signal broke off');
  }

  #reportGap(jump: number): void {
    // Clocks go on drifting through a mute.
    const toleranceSamples = (this.#silentFrames * FRAME_SAMPLES * MAX_DRIFT_PER_SECOND) / SIGNAL_SAMPLE_RATE;
    if (this.#silentFrames > 0 && Math.abs(jump) <= toleranceSamples + 1) return;
    const samples = Math.round(jump);
    if (samples === 0)
      this.#report('continuity', 'fatal', `up to ${this.#misfits * FRAME_SAMPLES} samples are damaged`);
    else this.#reportStep(samples);
  }

  #reportStep(samples: number): void {
    const count = Math.abs(samples) === 1 ? '1 sample' : `${Math.abs(samples)} samples`;
    if (samples === 1) this.#report('continuity', 'fatal', `${count} is missing`);
    else if (samples > 0) this.#report('continuity', 'fatal', `${count} are missing`);
    else
      this.#report('continuity', 'fatal', `${count} came twice, or ${samples === -1 ? 'was' : 'were'} put in between`);
  }

  #countOtherSound(sampleRate: number | undefined): void {
    if (sampleRate !== undefined && !this.#isRateReported) {
      this.#isRateReported = true;
      this.#report('rate', 'fatal', `the samples were taken at ${sampleRate} Hz, wanted ${SIGNAL_SAMPLE_RATE}`);
    }
    this.#misfits += 1;
    if (!this.#isOnlySignal || this.#isRateReported || this.#isOtherSoundReported) return;
    if (this.#misfits < LOST_FRAMES) return;
    this.#isOtherSoundReported = true;
    this.#report('continuity', 'fatal', 'a second of sound is not the test signal');
  }

  #countMove(moveSamples: number): void {
    const steps = this.#steps.push(moveSamples);
    if (steps !== 0) this.#reportStep(steps);
    this.#driftSamples += moveSamples - steps;
    this.#framesInSecond += 1;
    if (this.#framesInSecond < SIGNAL_SAMPLE_RATE / FRAME_SAMPLES) return;
    const drift = Math.round(this.#driftSamples);
    if (Math.abs(drift) > MAX_DRIFT_PER_SECOND) {
      const actualRate = SIGNAL_SAMPLE_RATE - drift;
      this.#report('rate', 'strict', `${actualRate} samples for a second, wanted ${SIGNAL_SAMPLE_RATE} ± 8`);
    }
    this.#driftSamples = 0;
    this.#framesInSecond = 0;
  }

  /** What was heard without a break is over: by silence, or by a frame that does not fit. */
  #endStretch(): void {
    const steps = this.#steps.end();
    if (steps !== 0) this.#reportStep(steps);
    this.#driftSamples -= steps;
    this.#periodFilled = 0;
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
    const noise = Math.max(...NEIGHBOURS.map((by) => measureTone(period, component + by)));
    if (toneAmplitude < TONE_OVER_NOISE * noise) return;
    const hz = Math.round((component * SIGNAL_SAMPLE_RATE) / SIGNAL_PERIOD_SAMPLES);
    const detail = `a tone above 8 kHz appears at ${hz} Hz, ${suppressionDb.toFixed(0)} dB weaker, wanted 50 dB`;
    this.#report('aliasing', 'fatal', detail);
  }
}

/** A mute begins or ends within the frame: it cannot be judged, and is no fault. */
function touchesSilence(frame: Int16Array): boolean {
  const isSilent = (edge: Int16Array): boolean => edge.every((sample) => Math.abs(sample) < 8);
  return isSilent(frame.subarray(0, EDGE_SAMPLES)) || isSilent(frame.subarray(-EDGE_SAMPLES));
}

/** Amplitude, 0 … 1, of one component over a whole period. */
function measureTone(period: Int16Array, component: number): number {
  const turn = (2 * Math.PI * component) / period.length;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  let [re, im, turnedRe, turnedIm] = [0, 0, 1, 0];
  // A rotating phasor: a sine per sample would cost more than all the rest.
  for (let i = 0; i < period.length; i++) {
    const sample = period[i] as number;
    re += sample * turnedRe;
    im += sample * turnedIm;
    [turnedRe, turnedIm] = [turnedRe * cos - turnedIm * sin, turnedRe * sin + turnedIm * cos];
  }
  return (2 * Math.hypot(re, im)) / period.length / 32_768;
}
