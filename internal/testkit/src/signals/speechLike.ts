// This file makes a signal with the gross shape of speech: voiced syllables with harmonics, and silence around them.
import type { SeededRandom } from '../seededRandom.ts';

export interface SpeechLikeOptions {
  readonly random: SeededRandom;
  readonly sampleRate: number;
  readonly durationMs: number;
  /** Peak value; default 0.5 (-6 dBFS). */
  readonly amplitudeRatio?: number;
  /** Level of the noise floor under everything; default 0.0005 (about -71 dBFS). 0 leaves digital silence between syllables. */
  readonly noiseRatio?: number;
}

// Syllables of conversational English last about 200 ms (Greenberg 1999); the gaps make an envelope of about 4 Hz.
const SYLLABLE_MS = 180;
const GAP_MS = 70;
// Rough centres of the first two formants of five vowels (Peterson and Barney 1952, men).
const VOWEL_FORMANTS_HZ: readonly (readonly [number, number])[] = [
  [270, 2290],
  [530, 1840],
  [730, 1090],
  [570, 840],
  [300, 870],
];
const FORMANT_WIDTH_HZ = 200;
const HIGHEST_HARMONIC_HZ = 3800;

/** Syllables of a wandering pitch for the whole duration. Not intelligible: it is for levels, detectors and correlation. */
export function makeSpeechLike(options: SpeechLikeOptions): Float32Array {
  const { random, sampleRate, durationMs, amplitudeRatio = 0.5, noiseRatio = 0.0005 } = options;
  const signal = new Float32Array(Math.round((durationMs * sampleRate) / 1000));
  for (let startMs = 0; startMs < durationMs; startMs += SYLLABLE_MS + GAP_MS) addSyllable(signal, startMs, options);
  const peak = signal.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const gain = peak > 0 ? amplitudeRatio / peak : 0;
  return signal.map((value) => value * gain + noiseRatio * random.gaussian());
}

function addSyllable(signal: Float32Array, startMs: number, { random, sampleRate }: SpeechLikeOptions): void {
  const pitchHz = 90 + 60 * random.next();
  const glide = (random.next() - 0.5) * 0.2;
  const [first, second] = random.pick(VOWEL_FORMANTS_HZ);
  const sampleCount = Math.round((SYLLABLE_MS * sampleRate) / 1000);
  const start = Math.round((startMs * sampleRate) / 1000);
  const highestHz = Math.min(HIGHEST_HARMONIC_HZ, sampleRate / 2.2);
  for (let n = 0; n < sampleCount && start + n < signal.length; n++) {
    const progress = n / sampleCount;
    const timeS = n / sampleRate;
    const cycles = pitchHz * timeS * (1 + (glide * progress) / 2);
    const envelope = Math.sin(Math.PI * progress) ** 2;
    let value = 0;
    for (let harmonic = 1; harmonic * pitchHz < highestHz; harmonic++) {
      value += formantGain(harmonic * pitchHz, first, second) * Math.sin(2 * Math.PI * harmonic * cycles);
    }
    signal[start + n]! += envelope * value;
  }
}

function formantGain(frequencyHz: number, first: number, second: number): number {
  const bump = (centreHz: number) => 1 / (1 + ((frequencyHz - centreHz) / FORMANT_WIDTH_HZ) ** 2);
  return bump(first) + 0.5 * bump(second);
}
