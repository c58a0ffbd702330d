// This file defines what an invariant is: a judge that sees every observation of a session, in order, as it happens.
import type { Observation } from '../observation.ts';

/** Watches one session. */
export interface Judge {
  see(observation: Observation, atMs: number): void;
}

/** A property that holds for every session, whatever happens to it. */
export interface Invariant {
  /** Number of the project's catalogue, or a name for those that it does not number. */
  readonly id: string;
  /** Completes "In every session, …". */
  readonly holds: string;
  /** @param report Called for every breach, with what was seen and what was wanted. */
  watch(report: (breach: string) => void): Judge;
}

/** One observation that broke one invariant. */
export interface Breach {
  readonly invariant: string;
  readonly atMs: number;
  readonly what: string;
}
