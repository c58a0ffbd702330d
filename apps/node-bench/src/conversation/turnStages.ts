// This file cuts one turn into its stages. Every instant comes from the session clock, so that they may be subtracted.
import type { AgentSpeechStarted } from '@voicewire/client';
import type { TurnRecord } from '../result/benchResult.ts';
import { roundMs, toDuration } from '../result/duration.ts';
import { TURN_PARTS, TURN_STAGES, type TurnPart } from '../result/stages.ts';

type TurnStages = TurnRecord['stages'];

/** Durations in ms of the four parts from the end of the user's speech to the first audible agent sample. */
export function partsOf(endOfSpeechMs: number, answer: AgentSpeechStarted): Record<TurnPart, number> {
  return {
    responseWait: roundMs(answer.receivedMs - endOfSpeechMs),
    wireToDecoded: roundMs(answer.decodedMs - answer.receivedMs),
    decodedToJitterOut: roundMs(answer.jitterOutMs - answer.decodedMs),
    jitterOutToSpeaker: roundMs(answer.audibleMs - answer.jitterOutMs),
  };
}

/**
 * Stages of a turn that was answered.
 *
 * @param bargeInMs Infinite when the agent did not fall silent; null when there was nothing left to silence.
 */
export function stagesOfAnswered(parts: Record<TurnPart, number>, bargeInMs: number | null): TurnStages {
  // The sum of the rounded parts, not the rounded sum: what is printed adds up to the last digit.
  const total = TURN_PARTS.reduce((sum, part) => sum + parts[part], 0);
  return {
    ...parts,
    timeToFirstAudio: roundMs(total),
    bargeInToSilence: bargeInMs === null ? null : toDuration(bargeInMs),
  };
}

/** Stages of a turn without an answer: it never completed any of them. */
export function stagesOfFailed(): TurnStages {
  return Object.fromEntries(TURN_STAGES.map((stage) => [stage, 'inf'])) as TurnStages;
}
