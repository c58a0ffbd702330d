// This file makes repeatable randomness: one seed gives the same ids, tokens and wordings on every run.

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * Creates a seeded generator (mulberry32: 32 bits of state, period 2^32; for variety and ids, not for cryptography).
 *
 * @param seed Any integer; only its low 32 bits count.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Splits off an independent generator, so that one connection's draws do not shift another's. */
export function forkRandom(random: Random): Random {
  return createRandom(Math.floor(random() * 0x1_0000_0000));
}

const ID_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Draws an id of `length` letters and digits (5 bits each; none that is easily mistaken for another). */
export function randomId(random: Random, length: number): string {
  let id = '';
  for (let i = 0; i < length; i++) id += ID_ALPHABET.charAt(Math.floor(random() * ID_ALPHABET.length));
  return id;
}

/** Picks one element. */
export function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[Math.floor(random() * from.length)] ?? from[0];
}
