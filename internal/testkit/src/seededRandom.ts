// This file makes random numbers that a test can have again: everything drawn follows from one printed seed.
import { printLine } from './printLine.ts';

/** Where a test's randomness comes from; the same seed always gives the same draws. */
export interface SeededRandom {
  readonly seed: number;
  /** Uniform in [0, 1), 32 random bits. */
  next(): number;
  /** Uniform integer in [min, max], both included. */
  integer(min: number, max: number): number;
  /** Gaussian, mean 0, standard deviation 1. */
  gaussian(): number;
  /** One element, each equally likely. */
  pick<T>(choices: readonly T[]): T;
  /** Put this into an assertion message or test name, so that a failure can be replayed. */
  toString(): string;
}

/**
 * @param seed Any 32-bit integer. Left out, the seed is drawn and printed, so that a failing run can be repeated.
 */
export function createSeededRandom(seed?: number, print: (line: string) => void = printLine): SeededRandom {
  const actualSeed = (seed ?? drawSeed(print)) >>> 0;
  const next = mulberry32(actualSeed);
  return {
    seed: actualSeed,
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    // Box-Muller; 1 - u keeps the logarithm's argument above 0.
    gaussian: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (choices) => {
      const choice = choices[Math.floor(next() * choices.length)];
      if (choice === undefined) throw new RangeError('Cannot pick from an empty list.');
      return choice;
    },
    toString: () => `seed ${actualSeed}`,
  };
}

function drawSeed(print: (line: string) => void): number {
  const seed = Math.floor(Math.random() * 2 ** 32);
  print(`seed ${seed}`);
  return seed;
}

// Mulberry32, Tommy Ettinger 2017 (public domain): period 2^32, ample for test signals.
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
