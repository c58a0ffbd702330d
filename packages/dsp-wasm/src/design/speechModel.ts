// This file designs the detector's filters and puts them and its weights into the row of numbers that the kernels read.
import { SPEECH_WEIGHTS } from './speechWeights.ts';

/** Hz. What the detector listens to. */
const VAD_SAMPLE_RATE = 16_000;
/** Hz. What it looks for pitch at. */
const PITCH_SAMPLE_RATE = 4000;
/** Hz. Centres of the eight bands: closer where voices have their fundamental and first formant. */
export const BAND_CENTRES_HZ = [120, 240, 400, 640, 1000, 1600, 2500, 4200] as const;
/** Centre over width at -3 dB: neighbours meet at about -3 dB. */
const BAND_QUALITY = 1.6;
/** Pitch is looked for between these: below is hum, above a voice's fundamental and its nearest harmonics. */
const PITCH_LOW_HZ = 70;
const PITCH_HIGH_HZ = 900;
/** Reaches -50 dB at 2 kHz; what would fold onto pitches lies above 3.1 kHz. */
export const PITCH_TAP_COUNT = 24;

/** Numbers of each part of `speechModel`, in their order; behind them come the weights. */
export const BANK_LENGTH = 3 * BAND_CENTRES_HZ.length;
export const PITCH_LENGTH = PITCH_TAP_COUNT + 5;
/** Features of a hop: three of each band, five of all. */
export const FEATURE_COUNT = 3 * BAND_CENTRES_HZ.length + 5;

/** Sections of the bands (g, a₁, a₂ in rows of eight), taps and section (b₀ b₁ b₂ a₁ a₂) of the pitch filter, weights. */
export function speechModel(): Float32Array {
  const bands = BAND_CENTRES_HZ.map((centreHz) => section(centreHz, VAD_SAMPLE_RATE, BAND_QUALITY));
  // Butterworth.
  const [g, a1, a2] = section(PITCH_LOW_HZ, PITCH_SAMPLE_RATE, Math.SQRT1_2);
  const b = (1 - g - a1 / 2) / 2;
  return Float32Array.from([
    ...[0, 1, 2].flatMap((row) => bands.map((band) => band[row] ?? 0)),
    ...lowPassTaps(),
    b,
    -2 * b,
    b,
    a1,
    a2,
    ...SPEECH_WEIGHTS,
  ]);
}

/** Windowed sinc, symmetric, gain 1 at 0 Hz. */
function lowPassTaps(): number[] {
  const taps = Array.from({ length: PITCH_TAP_COUNT }, (_, k) => {
    const fromCentre = k - (PITCH_TAP_COUNT - 1) / 2;
    const hamming = 0.54 - 0.46 * Math.cos((2 * Math.PI * (k + 0.5)) / PITCH_TAP_COUNT);
    return (hamming * Math.sin(((2 * Math.PI * PITCH_HIGH_HZ) / VAD_SAMPLE_RATE) * fromCentre)) / fromCentre;
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/**
 * Bilinear section of second order after R. Bristow-Johnson's "Audio EQ Cookbook": α = sin ω / 2Q, all over 1 + α. Gives
 * g, the gain of a band-pass, a₁ and a₂; a high-pass has b₀ = (1 + cos ω) / 2, where 1 / (1 + α) = 1 - g.
 */
function section(frequencyHz: number, sampleRate: number, quality: number): [number, number, number] {
  const omega = (2 * Math.PI * frequencyHz) / sampleRate;
  const alpha = Math.sin(omega) / (2 * quality);
  const scale = 1 + alpha;
  return [alpha / scale, (-2 * Math.cos(omega)) / scale, (1 - alpha) / scale];
}
