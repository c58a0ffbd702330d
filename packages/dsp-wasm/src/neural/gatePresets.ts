// This file holds what a speech gate over the neural detector's scores is best set to.
import type { SpeechGateOptions } from '../speechGate.ts';

/**
 * For `new SpeechGate({ frameMs, ...NEURAL_GATE_PRESETS.bargeIn })`. Chosen on the development recordings; what each
 * of them gives is in docs/vad.md, how they were chosen in docs/neural-vad.md.
 */
export const NEURAL_GATE_PRESETS = {
  /** Speech that should stop the agent at once: the lowest delay without a false start in noise. */
  bargeIn: { onScore: 0.5, offScore: 0.35, startMs: 40, holdMs: 250, preRollMs: 200 },
  /** The end of a turn: soft ends of words and short pauses still belong to it. */
  endpointing: { onScore: 0.5, offScore: 0.1, startMs: 100, holdMs: 500, preRollMs: 300 },
} as const satisfies Readonly<Record<string, SpeechGateOptions>>;
