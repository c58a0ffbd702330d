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

  add(pcm: Int16Array): void {
    let [last, beforeLast] = [this.#last, this.#beforeLast];
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i] ?? 0;
      if (Math.abs(sample - last) > BIG_STEP) {
        this.#bigSteps += 1;
        const expected = 2 * last - beforeLast;
        const wrapped = expected > 0 ? expected - RANGE : expected + RANGE;
        if (Math.abs(sample - wrapped) < TOLERANCE) this.#wraps += 1;
      }
      beforeLast = last;
      last = sample;
    }
    this.#last = last;
    this.#beforeLast = beforeLast;
  }

  /** Wraps since the last call; 0 where most big steps are none, as in loud noise. */
  take(): number {
    const wraps = this.#wraps * 2 > this.#bigSteps ? this.#wraps : 0;
    this.#bigSteps = 0;
    this.#wraps = 0;
    return wraps;
  }
}
