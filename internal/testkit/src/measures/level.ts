// This file measures how loud samples in [-1, 1] are, in dB relative to full scale.

/** Root mean square in dBFS: 0 for a full-scale square wave, -3.01 for a full-scale sine, -Infinity for silence. */
export function measureRmsDb(signal: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < signal.length; n++) sum += signal[n]! ** 2;
  return 10 * Math.log10(sum / signal.length);
}

/** Largest magnitude in dBFS; -Infinity for silence. */
export function measurePeakDb(signal: ArrayLike<number>): number {
  let peak = 0;
  for (let n = 0; n < signal.length; n++) peak = Math.max(peak, Math.abs(signal[n]!));
  return 20 * Math.log10(peak);
}
