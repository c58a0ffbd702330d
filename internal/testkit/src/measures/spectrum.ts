// This file finds the levels of spectral lines, with a window whose own side lobes lie below -150 dB.
import { transform } from './fft.ts';

export interface SpectralLine {
  readonly frequencyHz: number;
  /** Level of a sine at this line; 0 dB is a sine of peak 1. */
  readonly levelDb: number;
}

export interface SpectrumOptions {
  readonly sampleRate: number;
  /** Only lines in here count; default everything. */
  readonly fromHz?: number;
  readonly toHz?: number;
  /** Lines within `ignoreWidthHz` (default: the width of the window's main lobe) of one of these do not count. */
  readonly ignoreHz?: readonly number[];
  readonly ignoreWidthHz?: number;
}

// Kaiser window, beta 20: side lobes below -155 dB, main lobe ±6.4 bins to its first zero.
const KAISER_BETA = 20;
const MAIN_LOBE_BINS = 7;

/** The strongest line of a signal, by a windowed FFT over its longest power-of-two prefix. */
export function findStrongestLine(signal: ArrayLike<number>, options: SpectrumOptions): SpectralLine {
  const levels = measureSpectrumDb(signal);
  const binHz = options.sampleRate / (2 * (levels.length - 1));
  const { fromHz = 0, toHz = options.sampleRate / 2, ignoreHz = [] } = options;
  const ignoreWidthHz = options.ignoreWidthHz ?? MAIN_LOBE_BINS * binHz;
  let strongest: SpectralLine = { frequencyHz: 0, levelDb: Number.NEGATIVE_INFINITY };
  for (let k = 0; k < levels.length; k++) {
    const frequencyHz = k * binHz;
    if (frequencyHz < fromHz || frequencyHz > toHz) continue;
    if (ignoreHz.some((centreHz) => Math.abs(frequencyHz - centreHz) <= ignoreWidthHz)) continue;
    const levelDb = levels[k]!;
    if (levelDb > strongest.levelDb) strongest = { frequencyHz, levelDb };
  }
  return strongest;
}

/** Level of every bin from 0 to half the sample rate, in dB; 0 dB is a sine of peak 1 (scalloping at most 0.4 dB). */
export function measureSpectrumDb(signal: ArrayLike<number>): Float64Array {
  const size = longestPowerOfTwo(signal.length);
  const window = makeKaiserWindow(size);
  const windowSum = window.reduce((sum, weight) => sum + weight, 0);
  const re = window.map((weight, n) => weight * signal[n]!);
  const im = new Float64Array(size);
  transform({ re, im });
  const levels = new Float64Array(size / 2 + 1);
  for (let k = 0; k < levels.length; k++)
    levels[k] = 20 * Math.log10((2 * Math.hypot(re[k]!, im[k]!)) / windowSum + 1e-20);
  return levels;
}

/** Level of one frequency in dB (0 dB is a sine of peak 1): one windowed DFT line, at any frequency, over all samples. */
export function measureToneDb(signal: ArrayLike<number>, frequencyHz: number, sampleRate: number): number {
  let re = 0;
  let im = 0;
  const window = makeKaiserWindow(signal.length);
  const windowSum = window.reduce((sum, weight) => sum + weight, 0);
  const radPerSample = (2 * Math.PI * frequencyHz) / sampleRate;
  for (const [n, weight] of window.entries()) {
    re += weight * signal[n]! * Math.cos(radPerSample * n);
    im += weight * signal[n]! * Math.sin(radPerSample * n);
  }
  return 20 * Math.log10((2 * Math.hypot(re, im)) / windowSum + 1e-20);
}

function longestPowerOfTwo(length: number): number {
  if (length < 64) throw new RangeError(`A spectrum needs at least 64 samples, got ${length}.`);
  return 2 ** Math.floor(Math.log2(length));
}

function makeKaiserWindow(size: number): Float64Array {
  const window = new Float64Array(size);
  for (let n = 0; n < size / 2; n++) {
    const x = (2 * n) / (size - 1) - 1;
    window[n] = besselI0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x)));
    window[size - 1 - n] = window[n]!;
  }
  return window;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
