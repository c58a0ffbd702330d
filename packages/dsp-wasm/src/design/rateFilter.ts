// This file decides how long and how sharp the taps of the filters are that every rate conversion is made of.
import type { RateRatio } from '../sampleRates.ts';
import type { TapDesigner } from './tapDesigner.ts';

/** y[n] = Σ_m x[m] · taps[nM - lateness - mL]: taps at L = `up` times the input rate, every M = `down`-th output kept. */
export interface RateFilter {
  readonly ratio: RateRatio;
  readonly taps: Float64Array;
  /** Samples, at `up` times the input rate, that the first tap comes late. */
  readonly latenessSamples: number;
  /** Every second tap is zero, but for the one in the centre; the others are symmetric about it. */
  readonly isHalfBand: boolean;
}

/** How long the filters are made: one row of numbers per quality. */
export type FilterSpec = readonly [
  /** Least delay in place of the same delay at all frequencies. */
  isMinimumPhase: boolean,
  /** Taps beside the centre of the half-band filter, on one side. */
  sharpDownPairs: number,
  /** More than going down: what it fails to stop is then noise beside the tone it comes from. */
  sharpUpPairs: number,
  ...short: ShortSpec,
];

export type ShortSpec = readonly [
  /** Attenuation that the short filter gets, in dB. */
  stopDb: number,
  /** The same where it stops only what would be an alias: there is no image beside a tone for it to stop as well. */
  aliasDb: number,
  /** How far from 1 its gain may be up to `PASS_EDGE`. */
  rippleRatio: number,
  /** Attenuation that it gets at least when it is made by a window. */
  windowDb: number,
];

/** In units of the lower Nyquist frequency. A tone at 2 - 0.875 folds onto 0.875, the top of the band that counts. */
export const PASS_EDGE = 0.875;
/**
 * The short filter must stop what would land in the sharp one's pass band or transition, or comes from there: all from
 * 4 - 1.125 to 4 + 1.125, from 8 - 1.125 to 8 + 1.125 and so on; close to those edges, within 0.125, the sharp filter still
 * helps.
 */
const STOP_EDGE = 3;
/** A window is as flat as it stops well, and so may begin its transition earlier; 0.009 dB is then lost at `PASS_EDGE`. */
const WINDOW_PASS_EDGE = 0.7;
/** Attenuation in dB that each tap of half a Kaiser window buys, by the width of the transition, and from what on. */
const WINDOW_DB_PER_TAP = 2 * 2.285 * 2 * Math.PI;
const WINDOW_BASE_DB = 7.95;
/** The kernel for many branches reads so many taps at a time. */
export const ROW_TAP_GROUP = 4;
/** Beyond, an exchange over thousands of taps would take long, and a window does as well. */
const MOST_EXCHANGED_BRANCHES = 4;

/**
 * Low-pass between two rates, one of which is the sharp filter's.
 *
 * @param nyquistRatio The lower Nyquist frequency of the whole conversion over the rate that the taps run at.
 */
export function designShortTaps(
  designer: TapDesigner,
  ratio: RateRatio,
  nyquistRatio: number,
  [stopDb, aliasDb, rippleRatio, windowDb]: ShortSpec,
): Float64Array {
  const { up, down } = ratio;
  if (isLong(ratio)) {
    // As many taps as whole groups allow, and the best window that fits (Kaiser 1974).
    const dbPerTap = WINDOW_DB_PER_TAP * (STOP_EDGE - WINDOW_PASS_EDGE) * nyquistRatio;
    const groupTaps = (up * ROW_TAP_GROUP) / 2;
    const halfLength = Math.ceil((windowDb - WINDOW_BASE_DB) / dbPerTap / groupTaps) * groupTaps - 1;
    const beta = 0.1102 * (halfLength * dbPerTap + WINDOW_BASE_DB - 8.7);
    return designer.windowed(halfLength, (STOP_EDGE + WINDOW_PASS_EDGE) * (nyquistRatio / 2), beta, up);
  }
  // Going down, one branch makes no images; those that two make, about 1.5 times the sharp filter's rate, land about half
  // of that rate, where it stops them.
  const ripple = 10 ** (-(up <= 2 && up < down ? aliasDb : stopDb) / 20);
  // Taps that a low-pass of least error needs (Kaiser 1974).
  const tapCount = (-10 * Math.log10(rippleRatio * ripple) - 13) / (14.6 * (STOP_EDGE - PASS_EDGE) * nyquistRatio) + 1;
  // Where there is a second band that is left free, so does one with two fewer.
  const halfLength = Math.ceil(tapCount / 2) - (5 * nyquistRatio < 0.5 ? 1 : 0);
  const [passEdge, stopEdge] = [PASS_EDGE * nyquistRatio, STOP_EDGE * nyquistRatio];
  return designer.minimax(halfLength, passEdge, stopEdge, ripple / rippleRatio, up);
}

/** Filters of many branches, whose delay is short. */
export function isLong({ up, down }: RateRatio): boolean {
  return Math.max(up, down) > MOST_EXCHANGED_BRANCHES;
}
