// This file chooses the two filters that every rate conversion is made of: a sharp half-band one and a short one.
import type { RateRatio } from '../sampleRates.ts';
import type { TapDesigner } from './tapDesigner.ts';

/** y[n] = Σ_m x[m] · taps[nM - lateness - mL]: taps at L = `up` times the input rate, every M = `down`-th output kept. */
export interface RateFilter {
  readonly ratio: RateRatio;
  readonly taps: Float64Array;
  /** Samples, at `up` times the input rate, that the first tap comes late. */
  readonly latenessSamples: number;
  /** Of the whole, at the same rate. */
  readonly delaySamples: number;
  /** Every second tap is zero, but for the one in the centre; the others are symmetric about it. */
  readonly isHalfBand: boolean;
}

/** How long the filters are made. */
export interface FilterSpec {
  /** Taps beside the centre of the half-band filter, on one side. */
  readonly sharpDownPairs: number;
  /** More than going down: what it fails to stop is then noise beside the tone it comes from. */
  readonly sharpUpPairs: number;
  /** Attenuation that the short filter gets, in dB. */
  readonly shortDb: number;
  /** The same where it stops only what would be an alias: there is no image beside a tone for it to stop as well. */
  readonly shortAliasDb: number;
  /** How far from 1 its gain may be up to `PASS_EDGE`. */
  readonly rippleRatio: number;
  /** Attenuation that it gets at least when it is made by a window. */
  readonly windowDb: number;
  /** Least delay in place of the same delay at all frequencies. */
  readonly isMinimumPhase?: boolean;
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

/** In units of the lower Nyquist frequency. A tone at 2 - 0.875 folds onto 0.875, the top of the band that counts. */
const PASS_EDGE = 0.875;
/**
 * The short filter must stop what would land in the sharp one's pass band or transition, that is all from 4 - 1.125 on;
 * close to that edge the sharp filter still helps.
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

/** Half-band low-pass between a rate and twice that rate: `pairCount` taps on either side of the one in the centre. */
export function designSharpFilter(designer: TapDesigner, ratio: RateRatio, pairCount: number): RateFilter {
  // Going down, an even delay: whole samples at half the rate.
  const latenessSamples = ratio.down - 1;
  const taps = designer.halfBand(pairCount, PASS_EDGE / 2, ratio.up);
  return { ratio, taps, latenessSamples, delaySamples: 2 * pairCount - 1 + latenessSamples, isHalfBand: true };
}

/** Low-pass between two rates, one of which is the sharp filter's, as late as the delay of both takes to be round. */
export function designShortFilter(
  designer: TapDesigner,
  ratio: RateRatio,
  placement: Placement,
  spec: FilterSpec,
): RateFilter {
  const { earlierSamples, stepSamples, lowerNyquistRatio } = placement;
  const taps = isLong(ratio)
    ? designWindowed(designer, ratio, lowerNyquistRatio, spec.windowDb)
    : designMinimax(designer, ratio, lowerNyquistRatio, spec);
  const centre = (taps.length - 1) / 2;
  const delaySamples = Math.ceil((earlierSamples + centre) / stepSamples) * stepSamples - earlierSamples;
  return { ratio, taps, latenessSamples: delaySamples - centre, delaySamples, isHalfBand: false };
}

/** Without the delay that makes the whole one round; long filters, whose delay is short, are only spared that. */
export function hasten(designer: TapDesigner, filter: RateFilter, frequencyRatio: number): RateFilter {
  const { ratio, taps } = filter;
  const hastened = isLong(ratio)
    ? { delaySamples: (taps.length - 1) / 2 }
    : designer.minimumPhase(taps, ratio.up, frequencyRatio);
  return { ...filter, ...hastened, latenessSamples: 0, isHalfBand: false };
}

function isLong({ up, down }: RateRatio): boolean {
  return Math.max(up, down) > MOST_EXCHANGED_BRANCHES;
}

function designMinimax(
  designer: TapDesigner,
  { up, down }: RateRatio,
  nyquistRatio: number,
  { shortDb, shortAliasDb, rippleRatio }: FilterSpec,
): Float64Array {
  // Going down, one branch makes no images; those that two make, about 1.5 times the sharp filter's rate, land about half
  // of that rate, where it stops them.
  const stopDb = up <= 2 && up < down ? shortAliasDb : shortDb;
  const ripple = 10 ** (-stopDb / 20);
  // Taps that a low-pass of least error needs (Kaiser 1974).
  const tapCount = (-10 * Math.log10(rippleRatio * ripple) - 13) / (14.6 * (STOP_EDGE - PASS_EDGE) * nyquistRatio) + 1;
  const [passEdge, stopEdge] = [PASS_EDGE * nyquistRatio, STOP_EDGE * nyquistRatio];
  return designer.minimax(Math.ceil(tapCount / 2), passEdge, stopEdge, ripple / rippleRatio, up);
}

/** As many taps as whole groups allow, and the best window that fits (Kaiser 1974). */
function designWindowed(designer: TapDesigner, { up }: RateRatio, nyquistRatio: number, stopDb: number): Float64Array {
  const dbPerTap = WINDOW_DB_PER_TAP * (STOP_EDGE - WINDOW_PASS_EDGE) * nyquistRatio;
  const groupTaps = (up * ROW_TAP_GROUP) / 2;
  const halfLength = Math.ceil((stopDb - WINDOW_BASE_DB) / dbPerTap / groupTaps) * groupTaps - 1;
  const beta = 0.1102 * (halfLength * dbPerTap + WINDOW_BASE_DB - 8.7);
  return designer.windowed(halfLength, (STOP_EDGE + WINDOW_PASS_EDGE) * (nyquistRatio / 2), beta, up);
}
