// This file converts, measures and scores audio in plain TypeScript, by the formulas: what the kernels must equal.

const FULL_SCALE = 32_768;
const SILENCE_DB = -120;

/** round(x · 32768), ties to even, clamped; NaN gives 0. */
export function toInt16Reference(input: ArrayLike<number>): Int16Array {
  return Int16Array.from(input, (x) => {
    if (Number.isNaN(x)) return 0;
    return Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, roundHalfToEven(x * FULL_SCALE)));
  });
}

export function rmsDbReference(pcm: Int16Array): number {
  const power = pcm.reduce((sum, value) => sum + (value / FULL_SCALE) ** 2, 0) / pcm.length;
  return Math.max(SILENCE_DB, 10 * Math.log10(power));
}

export function peakDbReference(pcm: Int16Array): number {
  return Math.max(
    SILENCE_DB,
    20 * Math.log10(pcm.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0) / FULL_SCALE),
  );
}

/** One score per complete hop of 320 samples at 16 kHz; the formula stands in assembly/energyVad.ts. */
export function speechScoresReference(pcm: Int16Array): number[] {
  const levels = hopLevelsDb(pcm);
  let score = 0;
  return levels.map((levelDb, t) => {
    // Windows of ten hops: the running one and the ten complete ones before it.
    const oldest = Math.max(0, Math.floor(t / 10) * 10 - 100);
    const floorDb = Math.max(-72, Math.min(...levels.slice(oldest, t + 1)));
    const wanted = Math.max(0, Math.min(1, (levelDb - floorDb - 3) / 12));
    score += (wanted > score ? 0.6 : 0.2) * (wanted - score);
    return score;
  });
}

function hopLevelsDb(pcm: Int16Array): number[] {
  const hopSamples = 320;
  const passed = new Float64Array(pcm.length);
  for (const [n, sample] of pcm.entries()) {
    passed[n] = (sample - (pcm[n - 1] ?? 0)) / FULL_SCALE + 0.85 * (passed[n - 1] ?? 0);
  }
  return Array.from({ length: Math.floor(pcm.length / hopSamples) }, (_, t) => {
    const hop = passed.subarray(t * hopSamples, (t + 1) * hopSamples);
    return Math.max(SILENCE_DB, 10 * Math.log10(hop.reduce((sum, y) => sum + y * y, 0) / hopSamples));
  });
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
