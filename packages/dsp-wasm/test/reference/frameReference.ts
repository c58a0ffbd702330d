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

/** As above, with the dither of the sample numbers from `firstNumber` on: two uniform numbers' sum, ±1 step at most. */
export function toDitheredInt16Reference(input: ArrayLike<number>, firstNumber: number): Int16Array {
  return toInt16Reference(
    Float32Array.from(input, (x, n) => Math.fround(x) + Math.fround(ditherSteps((firstNumber + n) >>> 0) / FULL_SCALE)),
  );
}

function ditherSteps(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x7feb_352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846c_a68b);
  hash ^= hash >>> 16;
  return ((hash & 0xffff) + (hash >>> 16) - 65_535) / 65_536;
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

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
