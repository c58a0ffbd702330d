// This file names the stages of a turn in the order in which time passes, and says between which instants each lies.

/** Consecutive parts of a turn; they add up to `timeToFirstAudio`. */
export const TURN_PARTS = ['responseWait', 'wireToDecoded', 'decodedToJitterOut', 'jitterOutToSpeaker'] as const;
/** Everything that is measured once per turn. */
export const TURN_STAGES = [...TURN_PARTS, 'timeToFirstAudio', 'bargeInToSilence'] as const;
/** Everything that is reported, in the order of the report. */
export const STAGES = ['connect', 'captureToWire', ...TURN_STAGES] as const;

export type TurnPart = (typeof TURN_PARTS)[number];
export type TurnStage = (typeof TURN_STAGES)[number];
export type Stage = (typeof STAGES)[number];

/** From which instant to which; `docs/latency.md` says how each is taken. */
export const STAGE_MEANINGS: Readonly<Record<Stage, string>> = {
  connect: 'connect() called → agent listens',
  captureToWire: 'last sample of a message captured → message handed to the socket',
  responseWait: 'user stopped speaking → packet with the first audible agent sample received',
  wireToDecoded: 'that packet received → decoded',
  decodedToJitterOut: 'decoded → that sample leaves the jitter buffer',
  jitterOutToSpeaker: 'sample leaves the jitter buffer → heard',
  timeToFirstAudio: 'user stopped speaking → first audible agent sample heard',
  bargeInToSilence: 'interrupt() called → last agent sample heard',
};
