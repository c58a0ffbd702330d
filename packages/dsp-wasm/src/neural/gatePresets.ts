// This file holds what a speech gate over the neural detector's scores is best set to.
import type { SpeechGateOptions } from '../speechGate.ts';

/**
 * For `new SpeechGate({ frameMs, ...NEURAL_GATE_PRESETS.bargeIn })`. Tuned on the development recordings: how, and what
 * each of them gives, is in docs/neural-vad.md.
 */
export const NEURAL_GATE_PRESETS = {
  /** Speech that should stop the agent at once: the lowest delay without a false start in noise. */
  bargeIn: { onScore: 0.5, offScore: 0.35, startMs: 60, holdMs: 250, preRollMs: 200 },
  /** The end of a turn: soft ends of words and short pauses still belong to it. */
  endpointing: { onScore: 0.4, offScore: 0.15, startMs: 100, holdMs: 700, preRollMs: 300 },
} as const satisfies Readonly<Record<string, SpeechGateOptions>>;
