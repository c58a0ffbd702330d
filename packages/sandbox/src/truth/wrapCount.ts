// This file counts samples that ran over the top of int16 and came out at the bottom, or the other way round: what a
// conversion does that forgets to saturate.

/** A step larger than this between neighbours is a big one: three quarters of the range. */
const BIG_STEP = 49_152;
const RANGE = 65_536;
/** How far a wrapped sample may lie from where a straight line through the two before it leads. */
const TOLERANCE = 6000;

/** Follows a stream. */
export class WrapCount {
  #last = 0;
  #beforeLast = 0;
  #bigSteps = 0;
  #wraps = 0;

  add(sample: number): void {
    if (Math.abs(sample - this.#last) > BIG_STEP) {
      this.#bigSteps += 1;
      const expected = 2 * this.#last - this.#beforeLast;
      const wrapped = expected > 0 ? expected - RANGE : expected + RANGE;
      if (Math.abs(sample - wrapped) < TOLERANCE) this.#wraps += 1;
    }
    this.#beforeLast = this.#last;
    this.#last = sample;
  }

  /** Wraps since the last call; 0 where most big steps are none, as in loud noise. */
  take(): number {
    const wraps = this.#wraps * 2 > this.#bigSteps ? this.#wraps : 0;
    this.#bigSteps = 0;
    this.#wraps = 0;
    return wraps;
  }
}
