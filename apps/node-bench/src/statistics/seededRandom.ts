// This file makes repeatable random numbers for resampling.

/**
 * Uniform numbers in [0, 1): mulberry32, 32 bits of state, far more than a few thousand resamples need.
 *
 * @param seed Any integer; its low 32 bits count.
 */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
