// This file designs the two filters that every rate conversion is made of: a sharp half-band one and a short one.
import type { RateRatio } from '../sampleRates.ts';
import { kaiserAttenuationDb, kaiserBeta, kaiserHalfLength, kaiserWeight } from './kaiserWindow.ts';
import { approximate } from './minimax.ts';

/** y[n] = Σ_m x[m] · taps[nM - lateness - mL]: taps at L = `up` times the input rate, every M = `down`-th output kept. */
export interface RateFilter {
  readonly ratio: RateRatio;
  readonly taps: Float64Array;
  /** Samples, at `up` times the input rate, that the first tap comes late. */
  readonly latenessSamples: number;
  /** Every second tap is zero, but for the one in the centre; the others are symmetric about it. */
  readonly isHalfBand: boolean;
}

/** In units of the lower Nyquist frequency. A tone at 2 - 0.875 folds onto 0.875, the top of the band that counts. */
const PASS_EDGE = 0.875;
/**
 * The short filter must stop what would land in the sharp one's pass band or transition, that is all from 4 - 1.125 on;
 * close to that edge the sharp filter still helps.
 */
const SHORT_STOP_EDGE = 3;
/** How far from 1 the short filter's gain may be up to `PASS_EDGE`: 0.002 dB. */
const SHORT_RIPPLE_RATIO = 2.5e-4;
/** A window is as flat as it stops well, and so may begin its transition earlier; 0.009 dB is then lost at `PASS_EDGE`. */
const SHORT_WINDOW_PASS_EDGE = 0.7;
/** The kernel for many branches reads so many taps at a time. */
export const ROW_TAP_GROUP = 4;
/** Points of the design's grid per tap. */
const GRID_DENSITY = 16;

/**
 * Half-band low-pass between a rate and twice that rate: `pairCount` taps on either side of the one in the centre.
 *
 * G(ω) = 2cos(ω/2) · P(cos ω) is made 1 up to twice the pass edge; the half-band filter is (1 + G(2ω)) / 2, and stops as
 * well as it passes (Vaidyanathan and Nguyen, "A trick for the design of FIR half-band filters", 1987).
 */
export function designSharpFilter(ratio: RateRatio, pairCount: number): RateFilter {
  const grid = makeGrid(0, PASS_EDGE / 2, pairCount).map(({ frequency, x }) => {
    const factor = Math.cos(Math.PI * frequency);
    return { x, wanted: 1 / factor, weight: factor };
  });
  const valueAt = approximate(grid, pairCount - 1);
  const half = sampleTaps((f) => valueAt(Math.cos(2 * Math.PI * f)) * Math.cos(Math.PI * f), 2 * pairCount);
  const taps = new Float64Array(4 * pairCount - 1);
  for (const [k, tap] of half.entries()) taps[2 * k] = (tap * ratio.up) / 2;
  taps[2 * pairCount - 1] = ratio.up / 2;
  // Going down, an even delay: whole samples at half the rate.
  return { ratio, taps, latenessSamples: ratio.down - 1, isHalfBand: true };
}

/**
 * Low-pass between two rates, one of which is the sharp filter's. For small ratios: a filter of hundreds of branches has
 * thousands of taps, which `designWindowedFilter` finds faster.
 */
export function designShortFilter(ratio: RateRatio, placement: Placement, attenuationDb: number): RateFilter {
  const { lowerNyquistRatio } = placement;
  const ripple = 10 ** (-attenuationDb / 20);
  const passRatio = PASS_EDGE * lowerNyquistRatio;
  const stopRatio = SHORT_STOP_EDGE * lowerNyquistRatio;
  const halfLength = Math.ceil(estimateLength(SHORT_RIPPLE_RATIO, ripple, stopRatio - passRatio) / 2);
  const valueAt = approximate(
    [
      ...makeGrid(0, passRatio, halfLength).map(({ x }) => ({ x, wanted: 1, weight: ripple / SHORT_RIPPLE_RATIO })),
      ...makeGrid(stopRatio, 1 / 2, halfLength).map(({ x }) => ({ x, wanted: 0, weight: 1 })),
    ],
    halfLength,
  );
  return place(
    ratio,
    placement,
    sampleTaps((f) => valueAt(Math.cos(2 * Math.PI * f)), 2 * halfLength + 1),
  );
}

/** As `designShortFilter`, by a Kaiser window, for any ratio, and better where whole groups of taps allow. */
export function designWindowedFilter(ratio: RateRatio, placement: Placement, attenuationDb: number): RateFilter {
  const { lowerNyquistRatio } = placement;
  const widthRatio = (SHORT_STOP_EDGE - SHORT_WINDOW_PASS_EDGE) * lowerNyquistRatio;
  const cutoffRatio = ((SHORT_STOP_EDGE + SHORT_WINDOW_PASS_EDGE) / 2) * lowerNyquistRatio;
  const rowTaps =
    Math.ceil((2 * kaiserHalfLength(attenuationDb, widthRatio)) / ratio.up / ROW_TAP_GROUP) * ROW_TAP_GROUP;
  const halfLength = (rowTaps * ratio.up) / 2 - 1;
  const beta = kaiserBeta(kaiserAttenuationDb(halfLength, widthRatio));
  const taps = new Float64Array(2 * halfLength + 1);
  for (let offset = 0; offset <= halfLength; offset++) {
    const tap = sinc(2 * cutoffRatio * offset) * kaiserWeight(offset / (halfLength + 1), beta);
    taps[halfLength - offset] = tap;
    taps[halfLength + offset] = tap;
  }
  return place(ratio, placement, taps);
}

/** What a short filter must fit to, in samples and ratios of the rate its taps run at: `up` times the input rate. */
export interface Placement {
  /** The lower Nyquist frequency of the whole conversion. */
  readonly lowerNyquistRatio: number;
  /** Delay of an earlier filter. */
  readonly earlierSamples: number;
  /** The delay of both filters is made a multiple of this. */
  readonly stepSamples: number;
}

/** Scales taps to a gain of 1 at 0 Hz, counting the zeros between input samples, and delays them as far as it takes. */
function place(ratio: RateRatio, { earlierSamples, stepSamples }: Placement, taps: Float64Array): RateFilter {
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const delaySamples = earlierSamples + (taps.length - 1) / 2;
  return {
    ratio,
    taps: taps.map((tap) => (tap * ratio.up) / sum),
    latenessSamples: Math.ceil(delaySamples / stepSamples) * stepSamples - delaySamples,
    isHalfBand: false,
  };
}

/** A band as a grid for the exchange, closer towards both edges, where the extrema are: in x, as those of a Chebyshev sum. */
function makeGrid(from: number, to: number, order: number): { frequency: number; x: number }[] {
  const steps = Math.max(8, Math.ceil((to - from) * order * GRID_DENSITY));
  const [first, last] = [Math.cos(2 * Math.PI * from), Math.cos(2 * Math.PI * to)];
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = (first + last) / 2 + ((first - last) / 2) * Math.cos((Math.PI * i) / steps);
    return { frequency: Math.acos(x) / (2 * Math.PI), x };
  });
}

/** Taps of linear phase from their zero-phase response: the inverse Fourier transform of as many samples of it. */
function sampleTaps(responseAt: (frequency: number) => number, count: number): Float64Array {
  const response = Array.from({ length: count }, (_, k) => responseAt(k / count));
  return Float64Array.from({ length: count }, (_, n) => {
    const angle = (2 * Math.PI * (n - (count - 1) / 2)) / count;
    return response.reduce((sum, value, k) => sum + value * Math.cos(angle * k), 0) / count;
  });
}

/** Taps that a low-pass of least error needs for a transition of `widthRatio` (Kaiser 1974). */
function estimateLength(passRipple: number, stopRipple: number, widthRatio: number): number {
  return (-10 * Math.log10(passRipple * stopRipple) - 13) / (14.6 * widthRatio) + 1;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
