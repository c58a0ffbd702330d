// This file lays out a session's turns on a fixed schedule, before the first of them is spoken.
//
// A turn never starts because the last one is done: it starts when its slot does. A frozen process or server therefore
// costs time in every turn it touches, instead of quietly postponing the turns that would have shown it.

/** From `connect()` to the first turn: a greeting has begun by then and is cut off half-way. */
export const OPENING_MS = 2000;
/** From the opening of a session to the moment its greeting is cut off. */
export const GREETING_LIMIT_MS = 1200;
/** From the first audible agent sample to `interrupt()`: far enough into the reply for the jitter buffer to be full. */
export const INTERRUPT_AFTER_MS = 500;
/** An interrupted agent that can still be heard after this did not stop. The client promises 5 ms plus one audio block. */
export const SILENCE_LIMIT_MS = 500;
/** Before the next turn: longer than the client's 300 ms hangover, after which agent speech counts as ended. */
const QUIET_MS = 600;
/** Slots are whole multiples of this, so that a rounding of the file's length does not change the schedule. */
const SLOT_GRAIN_MS = 100;
/** Length of an uplink frame: what a turn's place between two frames can cost or save. */
const FRAME_MS = 20;
/** Length of a block of the client's virtual speaker, which fades out in the block after the interruption. */
const SPEAKER_BLOCK_MS = 10;
/** Multiples of the golden ratio, taken modulo 1, are spread as evenly as a growing sequence can be. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

export interface TurnPlan {
  readonly warmupTurns: number;
  readonly turns: number;
  /** From one turn's start to the next one's. */
  readonly slotMs: number;
  /** From the opening of the session to its first turn. */
  readonly firstTurnMs: number;
  /** A turn without an audible answer this long after its end of speech has failed. */
  readonly answerLimitMs: number;
  /** From the first audible agent sample to `interrupt()`, at least; see `interruptDelayMs`. */
  readonly interruptAfterMs: number;
}

/** What a plan is made from; durations in ms. */
export interface TurnPlanOptions {
  readonly warmupTurns: number;
  readonly turns: number;
  readonly answerLimitMs: number;
  readonly utteranceMs: number;
  readonly endOfSpeechMs: number;
  /** Which of how many sessions: they start evenly spread over one slot, not in step. */
  readonly sessionIndex: number;
  readonly sessions: number;
}

/** A slot holds the utterance, the longest answer that counts, its interruption, and quiet. */
export function planTurns(options: TurnPlanOptions): TurnPlan {
  const { warmupTurns, turns, answerLimitMs, utteranceMs, endOfSpeechMs, sessionIndex, sessions } = options;
  const answeredMs = endOfSpeechMs + answerLimitMs + INTERRUPT_AFTER_MS + SPEAKER_BLOCK_MS + SILENCE_LIMIT_MS;
  const neededMs = Math.max(utteranceMs, answeredMs) + QUIET_MS;
  const slotMs = Math.ceil(neededMs / SLOT_GRAIN_MS) * SLOT_GRAIN_MS;
  return {
    warmupTurns,
    turns,
    slotMs,
    firstTurnMs: OPENING_MS + Math.round((slotMs * sessionIndex) / sessions),
    answerLimitMs,
    interruptAfterMs: INTERRUPT_AFTER_MS,
  };
}

/**
 * Samples from the origin of the microphone's line to the start of each turn, warm-up turns first.
 *
 * Every slot begins on a frame's first sample, and its turn a little later, by another part of a frame each time: a
 * real user speaks at any phase, and one phase for all turns would bias all of them by up to 20 ms.
 *
 * @param openingSample Where on the line the session opened.
 * @param sampleRate Hz.
 */
export function turnStartSamples(plan: TurnPlan, openingSample: number, sampleRate: number): number[] {
  const openingMs = (openingSample / sampleRate) * 1000;
  const firstSlotMs = Math.ceil((openingMs + plan.firstTurnMs) / FRAME_MS) * FRAME_MS;
  return Array.from({ length: plan.warmupTurns + plan.turns }, (_, index) => {
    const startMs = firstSlotMs + index * plan.slotMs + spread(index) * FRAME_MS;
    return Math.round((startMs * sampleRate) / 1000);
  });
}

/** From the first audible agent sample to `interrupt()` in the turn of this index: at another phase of a block each time. */
export function interruptDelayMs(plan: TurnPlan, index: number): number {
  return plan.interruptAfterMs + spread(index) * SPEAKER_BLOCK_MS;
}

/** Evenly over [0, 1), however many are asked for. */
function spread(index: number): number {
  return (index * GOLDEN_RATIO) % 1;
}

/** From the opening of the session to the end of its last slot. */
export function planDurationMs(plan: TurnPlan): number {
  return plan.firstTurnMs + (plan.warmupTurns + plan.turns) * plan.slotMs;
}
