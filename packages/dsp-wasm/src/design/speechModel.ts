// This file designs the detector's filters and holds its weights, as one row of numbers that the kernels read.

/** Hz. What the detector listens to. */
const VAD_SAMPLE_RATE = 16_000;
/** Hz. Centres of the eight bands: closer where voices have their fundamental and first formant. */
export const BAND_CENTRES_HZ = [120, 240, 400, 640, 1000, 1600, 2500, 4200] as const;
/** Centre over width at -3 dB: neighbours meet at about -3 dB. */
const BAND_QUALITY = 1.6;
/** Pitch is looked for between these: below is hum, above a voice's fundamental and its nearest harmonics. */
const PITCH_LOW_HZ = 70;
const PITCH_HIGH_HZ = 900;
/** Second order Butterworth below; fourth order above, which is two sections. */
const LOW_QUALITY = Math.SQRT1_2;
const HIGH_QUALITIES = [0.541, 1.307] as const;

/**
 * Logistic weights w of assembly/speechScore.ts, w₀ last. Fitted on the development part of the shared recordings that
 * test/vadSplit.ts names (every clip's licence allows it: use `yes` or `attribution`), at their level and at -20 dB, and
 * on seeded coloured noise, alone and under those utterances at 5 to 20 dB: cross entropy with an L2 penalty of 10 on
 * standardised features; noise counts 3.5 times, the first 60 ms of an utterance 3 times, speech at -20 dB 1.4 times,
 * meeting labels half.
 */
const WEIGHTS: readonly number[] = [
  // s_b
  0.11577, -0.68267, -1.3044, 0.43926, -1.2608, -0.61575, 0.22595, 2.2394,
  // m, min(m, 0.7), max s_b
  -0.14796, -0.81527, 2.3761,
  // h, v
  -1.4772, 3.0582,
  // m̄, m̃
  1.0548, -2.9261,
  // v̄, ṽ
  -1.1449, 16.252,
  // c
  2.5355,
  // q_b
  -0.45666, 0.34352, 0.9923, 3.9873, -2.6216, 2.0667, 0.62494, -1.2498,
  // q̄_b
  -1.0091, 2.5232, -1.2857, 0.090011, 2.1862, 0.43317, -3.4991, 1.3795,
  // m̄ · v̄, w₀
  -0.36636, -5.5455,
];

/** Filter sections of the bands (g, a₁, a₂ in rows of eight), of the pitch filter (b₀ b₁ b₂ a₁ a₂ each), the weights. */
export function speechModel(): Float64Array {
  const bands = BAND_CENTRES_HZ.map(bandPass);
  const pitch = [highPass(PITCH_LOW_HZ, LOW_QUALITY), ...HIGH_QUALITIES.map((q) => lowPass(PITCH_HIGH_HZ, q))];
  return Float64Array.from([
    ...bands.map(({ gain }) => gain),
    ...bands.map(({ a1 }) => a1),
    ...bands.map(({ a2 }) => a2),
    ...pitch.flat(),
    ...WEIGHTS,
  ]);
}

/** Numbers that `speechModel` returns. */
export const SPEECH_MODEL_LENGTH = 3 * BAND_CENTRES_HZ.length + 15 + WEIGHTS.length;

// Bilinear sections of second order after R. Bristow-Johnson's "Audio EQ Cookbook": α = sin ω / 2Q, all over 1 + α.
function bandPass(centreHz: number) {
  const { alpha, cosine } = section(centreHz, BAND_QUALITY);
  return { gain: alpha / (1 + alpha), a1: (-2 * cosine) / (1 + alpha), a2: (1 - alpha) / (1 + alpha) };
}

function lowPass(cornerHz: number, quality: number): number[] {
  const { alpha, cosine } = section(cornerHz, quality);
  const b = (1 - cosine) / 2;
  return [b, 2 * b, b, -2 * cosine, 1 - alpha].map((value) => value / (1 + alpha));
}

function highPass(cornerHz: number, quality: number): number[] {
  const { alpha, cosine } = section(cornerHz, quality);
  const b = (1 + cosine) / 2;
  return [b, -2 * b, b, -2 * cosine, 1 - alpha].map((value) => value / (1 + alpha));
}

function section(frequencyHz: number, quality: number) {
  const omega = (2 * Math.PI * frequencyHz) / VAD_SAMPLE_RATE;
  return { alpha: Math.sin(omega) / (2 * quality), cosine: Math.cos(omega) };
}
