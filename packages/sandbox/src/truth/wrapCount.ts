// This file counts samples that ran over the top of int16 and came out at the bottom, or the other way round: what a
// conversion does that forgets to saturate.

/** A step larger than this between neighbours is a big one: three quarters of the range. */
const BIG_STEP = 49_152;
const RANGE = 65_536;
/** How far a wrapped sample may lie from where a straight line through the two before it leads. */
const TOLERANCE = 6000;

/** One end of the range: how often the stream stood at its extreme value, and how often it ran over it. */
class Rail {
  /** 1 for the top, -1 for the bottom. */
  readonly #sign: number;
  #extreme: number;
  #samplesAtExtreme = 0;
  #bigSteps = 0;
  #wraps = 0;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
    this.#extreme = this.#quietest;
  }

  /** A big step begins or ends beyond this; quieter samples are not worth counting. */
  get #quietest(): number {
    return (this.#sign * BIG_STEP) / 2;
  }

  /** A sample beyond all others of the window, or equal to the one that is. */
  touch(sample: number): void {
    if (sample * this.#sign > this.#extreme * this.#sign) {
      this.#extreme = sample;
      this.#samplesAtExtreme = 0;
    }
    this.#samplesAtExtreme += 1;
  }

  get extreme(): number {
    return this.#extreme;
  }

  /** A big step away from this end, from `last` to `sample`. */
  leave(beforeLast: number, last: number, sample: number): void {
    this.#bigSteps += 1;
    const wrapped = 2 * last - beforeLast - this.#sign * RANGE;
    if (Math.abs(sample - wrapped) < TOLERANCE) this.#wraps += 1;
  }

  /** Wraps over this end since the last call. */
  take(): number {
    // Loud noise takes many big steps that are none. And what stands at its extreme saturates there: it swings to the
    // other end within a sample, which would look like running over when the sum of both is a whole turn.
    const isWrapping = this.#wraps * 2 > this.#bigSteps && this.#wraps > this.#samplesAtExtreme;
    const wraps = isWrapping ? this.#wraps : 0;
    [this.#extreme, this.#samplesAtExtreme, this.#bigSteps, this.#wraps] = [this.#quietest, 0, 0, 0];
    return wraps;
  }
}

/** Follows a stream. */
export class WrapCount {
  readonly #top = new Rail(1);
  readonly #bottom = new Rail(-1);
  #last = 0;
  #beforeLast = 0;

  add(pcm: Int16Array): void {
    let [last, beforeLast] = [this.#last, this.#beforeLast];
    let [highest, lowest] = [this.#top.extreme, this.#bottom.extreme];
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i] ?? 0;
      if (sample >= highest) {
        highest = sample;
        this.#top.touch(sample);
      } else if (sample <= lowest) {
        lowest = sample;
        this.#bottom.touch(sample);
      }
      const step = sample - last;
      if (step < -BIG_STEP) this.#top.leave(beforeLast, last, sample);
      else if (step > BIG_STEP) this.#bottom.leave(beforeLast, last, sample);
      beforeLast = last;
      last = sample;
    }
    this.#last = last;
    this.#beforeLast = beforeLast;
  }

  /**
   * Wraps since the last call. 0 where most big steps are none, as in loud noise, and where the samples stand at one
   * extreme value more often than they seem to run over it, as in audio that saturates.
   */
  take(): number {
    return this.#top.take() + this.#bottom.take();
  }
}
