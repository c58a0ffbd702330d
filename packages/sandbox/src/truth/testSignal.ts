// This file makes the test signal: 1.024 s of noise, repeated, whose position shows in any 20 ms of it, with tones above
// 8 kHz that a resampler to 16 kHz has to remove.

import { createRandom } from '../random.ts';

/** Length of one period, in samples at 16 kHz (1.024 s). */
export const SIGNAL_PERIOD_SAMPLES = 16_384;
/** Rate at which the sandbox receives it, in Hz. */
export const SIGNAL_SAMPLE_RATE = 16_000;

/** All components are multiples of this, in Hz, so that one period holds whole turns of each. */
export const STEP_HZ = SIGNAL_SAMPLE_RATE / SIGNAL_PERIOD_SAMPLES;
/** Band of the noise: 300 to 3400 Hz. */
const FIRST_COMPONENT = 307;
const LAST_COMPONENT = 3481;
/** RMS of the noise: -20 dB, so that its peaks stay below -6 dB. */
export const NOISE_RMS = 0.1;
/** Where the tones would land if nothing removed them: 4.0 and 4.8 kHz, in multiples of `STEP_HZ`. */
export const ALIAS_COMPONENTS = [4096, 4915] as const;
/** The tones themselves: 20.0 and 11.2 kHz. */
export const TONE_COMPONENTS = [
  SIGNAL_PERIOD_SAMPLES + ALIAS_COMPONENTS[0],
  SIGNAL_PERIOD_SAMPLES - ALIAS_COMPONENTS[1],
] as const;
/** Amplitude of each tone: -28 dB, so that even at full level they do not hide the noise. */
export const ALIAS_TONE_AMPLITUDE = 0.04;
/** Seed of the components' phases: part of the signal's definition. */
const PHASE_SEED = 1;

/**
 * Samples the signal.
 *
 * @param sampleRate Hz. Rates over 25 kHz carry the two tones, at 11.2 and 20 kHz as far as they fit below half the rate.
 * @param durationMs Any length; the signal repeats itself.
 * @returns Samples within ±0.75.
 */
export function createTestSignal(sampleRate: number, durationMs: number): Float32Array {
  const signal = new Float32Array(Math.round((durationMs * sampleRate) / 1000));
  const repeatSamples = findRepeat(sampleRate);
  if (repeatSamples === undefined || repeatSamples >= signal.length) {
    addComponents(signal, sampleRate);
    return signal;
  }
  const repeat = new Float32Array(repeatSamples);
  addComponents(repeat, sampleRate);
  for (let at = 0; at < signal.length; at += repeatSamples) signal.set(repeat.subarray(0, signal.length - at), at);
  return signal;
}

/** The shortest whole number of samples after which the signal repeats itself, if it is one of few periods. */
function findRepeat(sampleRate: number): number | undefined {
  const periodSamples = sampleRate / STEP_HZ;
  return [1, 5].map((count) => count * periodSamples).find(Number.isInteger);
}

/** Calls back for each sine of the noise: its whole turns per period, its amplitude, and its phase in radians. */
export function eachNoiseComponent(add: (component: number, amplitude: number, phase: number) => void): void {
  const count = LAST_COMPONENT - FIRST_COMPONENT + 1;
  const amplitude = NOISE_RMS * Math.sqrt(2 / count);
  const random = createRandom(PHASE_SEED);
  // Random phases: no stretch of the noise resembles another one.
  for (let k = 0; k < count; k++) add(FIRST_COMPONENT + k, amplitude, 2 * Math.PI * random());
}

function addComponents(signal: Float32Array, sampleRate: number): void {
  const stepRadians = (2 * Math.PI * STEP_HZ) / sampleRate;
  eachNoiseComponent((component, amplitude, phase) => addTone(signal, amplitude, component * stepRadians, phase));
  for (const component of TONE_COMPONENTS) {
    if (component * STEP_HZ < sampleRate / 2) addTone(signal, ALIAS_TONE_AMPLITUDE, component * stepRadians, 0);
  }
}

/** A rotating phasor: exact enough over minutes in double precision, and far quicker than a sine per sample. */
function addTone(signal: Float32Array, amplitude: number, radiansPerSample: number, phase: number): void {
  const cos = Math.cos(radiansPerSample);
  const sin = Math.sin(radiansPerSample);
  let re = Math.cos(phase);
  let im = Math.sin(phase);
  for (let i = 0; i < signal.length; i++) {
    signal[i] = (signal[i] ?? 0) + amplitude * im;
    const next = re * cos - im * sin;
    im = re * sin + im * cos;
    re = next;
  }
}
