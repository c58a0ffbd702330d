// This file compares frames with the test signal: how well one fits at a place, where it fits best, and where exactly
// between two samples.
import { PERIOD_PLACES, PLACES_PER_SAMPLE, finePeriod } from './finePeriod.ts';
import { SIGNAL_PERIOD_SAMPLES } from './testSignal.ts';

/** Audio is judged in pieces of this many samples: 20 ms. */
export const FRAME_SAMPLES = 320;
/** Places, half a sample, between the three values that a peak is read from. */
const PEAK_STEP = PLACES_PER_SAMPLE / 2;
/** Steps of half a sample that a peak is followed for: the correlation falls off too soon to be followed from farther. */
const MAX_CLIMBS = 3;

/** Where a frame lies. */
export interface SignalFit {
  /** Of the frame's first sample, in samples from the beginning of the period; need not be whole. */
  readonly position: number;
  /** Normalised correlation there, -1 … 1. */
  readonly correlation: number;
}

let shared: SignalReference | undefined;

/** The one that all connections share: it holds 270 kB. */
export function signalReference(): SignalReference {
  shared ??= new SignalReference();
  return shared;
}

/** One period of the signal at 16 kHz, shifted by each quarter of a sample. */
export class SignalReference {
  /** Of each shift the period, and behind it the beginning of the next one, so that no frame has to wrap. */
  readonly #shifts: readonly Float32Array[];

  constructor() {
    const fine = finePeriod();
    this.#shifts = Array.from({ length: PLACES_PER_SAMPLE }, (_, shift) =>
      Float32Array.from(
        { length: SIGNAL_PERIOD_SAMPLES + FRAME_SAMPLES },
        (_sample, i) => fine[(i * PLACES_PER_SAMPLE + shift) % PERIOD_PLACES] ?? 0,
      ),
    );
  }

  /** The best fit within 1.5 samples of a position. */
  fitNear(frame: Int16Array, position: number, energy: number): SignalFit {
    let place = Math.round(position * PLACES_PER_SAMPLE);
    let [before, here, after] = [-PEAK_STEP, 0, PEAK_STEP].map((by) => this.#correlate(frame, place + by, energy)) as [
      number,
      number,
      number,
    ];
    for (let climb = 0; climb < MAX_CLIMBS && Math.max(before, after) > here; climb++) {
      if (after > before) {
        place += PEAK_STEP;
        [before, here, after] = [here, after, this.#correlate(frame, place + PEAK_STEP, energy)];
      } else {
        place -= PEAK_STEP;
        [before, here, after] = [this.#correlate(frame, place - PEAK_STEP, energy), before, here];
      }
    }
    // The vertex of the parabola through the three: within a hundredth of a sample for a signal over noise at -28 dB.
    const bend = 2 * here - before - after;
    const offset = bend > 0 ? Math.max(-1, Math.min(1, (after - before) / (2 * bend))) : 0;
    return {
      position: wrapPosition((place + offset * PEAK_STEP) / PLACES_PER_SAMPLE),
      correlation: here + (offset * (after - before)) / 4,
    };
  }

  /** The best fit anywhere, as dear as 5,000 times `fitNear`: some 5 ms. */
  findBest(frame: Int16Array, energy: number): SignalFit {
    const samples = this.#shifts[0] as Float32Array;
    const wanted = Float32Array.from(frame);
    let position = 0;
    let best = -1;
    let expectedEnergy = 0;
    for (let i = 0; i < FRAME_SAMPLES; i++) expectedEnergy += (samples[i] as number) ** 2;
    for (let candidate = 0; candidate < SIGNAL_PERIOD_SAMPLES; candidate++) {
      let product = 0;
      for (let i = 0; i < FRAME_SAMPLES; i++) product += (wanted[i] as number) * (samples[candidate + i] as number);
      const value = product / Math.sqrt(energy * expectedEnergy);
      if (value > best) {
        best = value;
        position = candidate;
      }
      expectedEnergy += (samples[candidate + FRAME_SAMPLES] ?? 0) ** 2 - (samples[candidate] ?? 0) ** 2;
    }
    return this.fitNear(frame, position, energy);
  }

  #correlate(frame: Int16Array, place: number, energy: number): number {
    const wrapped = ((place % PERIOD_PLACES) + PERIOD_PLACES) % PERIOD_PLACES;
    const samples = this.#shifts[wrapped % PLACES_PER_SAMPLE] as Float32Array;
    const start = Math.floor(wrapped / PLACES_PER_SAMPLE);
    let product = 0;
    let expectedEnergy = 0;
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const expected = samples[start + i] as number;
      product += (frame[i] as number) * expected;
      expectedEnergy += expected * expected;
    }
    return product / Math.sqrt(energy * expectedEnergy);
  }
}

/** A position within the period. */
export function wrapPosition(position: number): number {
  return ((position % SIGNAL_PERIOD_SAMPLES) + SIGNAL_PERIOD_SAMPLES) % SIGNAL_PERIOD_SAMPLES;
}

/** From one position to another, the shorter way round, in samples; below 0 for backwards. */
export function positionDifference(from: number, to: number): number {
  return wrapPosition(to - from + SIGNAL_PERIOD_SAMPLES / 2) - SIGNAL_PERIOD_SAMPLES / 2;
}

/** Sum of the squares of a frame's samples. */
export function energyOf(frame: ArrayLike<number>): number {
  let energy = 0;
  for (let i = 0; i < FRAME_SAMPLES; i++) energy += (frame[i] ?? 0) ** 2;
  return energy;
}
