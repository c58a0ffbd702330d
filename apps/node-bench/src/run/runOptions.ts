// This file defines what one run is told, whatever clock it runs on.
import type { Utterance } from '../input/utterance.ts';
import type { Run, TurnRecord } from '../result/benchResult.ts';
import type { BenchVendor } from '../target/vendors.ts';

export interface RunOptions {
  readonly vendorName: string;
  readonly vendor: BenchVendor;
  readonly utterance: Utterance;
  /** Conversations at the same time. */
  readonly sessions: number;
  /** Measured turns of each session. */
  readonly turns: number;
  /** Turns of each session that are spoken first and left out. */
  readonly warmupTurns: number;
  readonly answerLimitMs: number;
  readonly seed: number;
  /** Called after every turn; warm-up turns have numbers from 0 down. */
  readonly onTurn?: (turn: TurnRecord) => void;
}

/** Says in a result how the run was set. */
export function describeSettings(
  options: RunOptions,
  plan: { slotMs: number; interruptAfterMs: number },
): Run['settings'] {
  return {
    turnsPerSession: options.turns,
    slotMs: plan.slotMs,
    answerLimitMs: options.answerLimitMs,
    interruptAfterMs: plan.interruptAfterMs,
    seed: options.seed,
  };
}
