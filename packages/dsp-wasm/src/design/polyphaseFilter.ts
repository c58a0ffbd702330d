// This file designs the filter of a rate conversion and lays its taps out the way the kernel reads them.
import type { RateRatio } from '../sampleRates.ts';
import { kaiserBeta, kaiserHalfLength, kaiserWeight } from './kaiserWindow.ts';

/** Where a filter passes and stops, in units of the lower of the two Nyquist frequencies. */
export interface FilterSpec {
  readonly attenuationDb: number;
  /** Flat up to here. */
  readonly passEdgeRatio: number;
  /** Down by `attenuationDb` from here. */
  readonly stopEdgeRatio: number;
}

/**
 * Linear phase. A tone at 1.125 × the lower Nyquist frequency folds back to 0.875 × it, the top of the band that counts.
 * The attenuation is 6 dB above the 100 dB that are promised, because in a long interpolating filter several images
 * fold onto the same frequency.
 */
export const BALANCED: FilterSpec = { attenuationDb: 106, passEdgeRatio: 0.885, stopEdgeRatio: 1.125 };

/** As `BALANCED`, with images that fold onto each other kept below -120 dB, for a fifth more taps and delay (35 samples for 29). */
export const BEST: FilterSpec = { attenuationDb: 128, passEdgeRatio: 0.885, stopEdgeRatio: 1.125 };

/** A low-pass h(t) at `up` times the input rate, and its taps in the kernel's order. */
export interface PolyphaseFilter {
  /** Row r holds the taps of output r, r + rowCount, …: oldest sample first. `rowCount` × `tapCount`. */
  readonly rows: Float32Array;
  /** = up. */
  readonly rowCount: number;
  /** Per row; a multiple of 16, filled up with zeros at the old end. */
  readonly tapCount: number;
  /** How far the output lags the input: a whole number of output samples, so that dropping them aligns the two. */
  readonly groupDelaySamples: number;
}

/** Taps per turn of the dot product kernel. */
const TAP_GROUP = 16;

export function designPolyphaseFilter({ up, down }: RateRatio, spec: FilterSpec): PolyphaseFilter {
  const { halfLength, impulseAt } = designPrototype({ up, down }, spec);
  const tapCount = Math.ceil((2 * halfLength + 1) / up / TAP_GROUP) * TAP_GROUP;
  const rows = new Float32Array(up * tapCount);
  for (let row = 0; row < up; row++) {
    const phase = (row * down) % up;
    const taps = Array.from({ length: tapCount }, (_, j) => impulseAt((tapCount - 1 - j) * up + phase - halfLength));
    // Every branch has a gain of exactly 1 at 0 Hz: a constant comes out as that constant, with no ripple between rows.
    const gain = taps.reduce((sum, tap) => sum + tap, 0);
    rows.set(
      taps.map((tap) => tap / gain),
      row * tapCount,
    );
  }
  return { rows, rowCount: up, tapCount, groupDelaySamples: halfLength / down };
}

/** The continuous filter both the rows above and the reference implementation are sampled from. */
export interface Prototype {
  /** Taps on either side of the centre, at the up-sampled rate; a multiple of `down`. */
  readonly halfLength: number;
  /** h at `offset` samples (of the up-sampled rate) from the centre; 0 beyond `halfLength`. */
  readonly impulseAt: (offset: number) => number;
}

export function designPrototype({ up, down }: RateRatio, spec: FilterSpec): Prototype {
  // The lower Nyquist frequency as a ratio of the up-sampled rate, which is `up` × input and `down` × output rate.
  const lowerNyquistRatio = 1 / (2 * Math.max(up, down));
  const widthRatio = (spec.stopEdgeRatio - spec.passEdgeRatio) * lowerNyquistRatio;
  const halfLength = Math.ceil(kaiserHalfLength(spec.attenuationDb, widthRatio) / down) * down;
  const cutoffRatio = ((spec.stopEdgeRatio + spec.passEdgeRatio) / 2) * lowerNyquistRatio;
  const beta = kaiserBeta(spec.attenuationDb);
  const impulseAt = (offset: number): number => {
    if (Math.abs(offset) > halfLength) return 0;
    const window = kaiserWeight(offset / (halfLength + 1), beta);
    return 2 * cutoffRatio * up * sinc(2 * cutoffRatio * offset) * window;
  };
  return { halfLength, impulseAt };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
