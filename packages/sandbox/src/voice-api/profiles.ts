// This file says what the profiles of the sandbox make of the Voice API. `documented` is the vendor as its pages describe it.
import { END_REASONS } from '@voicewire/protocol/voice-api';
import type { Random } from '../random.ts';
import type { Profile } from '../server/policy.ts';
import type { VoiceApiFaultName } from './faults.ts';

/** What a profile changes. */
export interface ProfileSettings {
  /** Fields besides `token` and text after it are refused, as are messages before `connected`. */
  readonly isLiteral: boolean;
  /** What `session_ended` says when a session simply ends; the vendor's pages have two words for it. */
  readonly endReason: string;
}

export const PROFILE_SETTINGS: Readonly<Record<Profile, ProfileSettings>> = {
  documented: { isLiteral: false, endReason: END_REASONS.sessionClosed },
  hostile: { isLiteral: false, endReason: END_REASONS.sessionClosed },
  literal: { isLiteral: true, endReason: END_REASONS.sessionClosed },
  legacy: { isLiteral: false, endReason: END_REASONS.roomClosed },
};

/** Of each row one is drawn; `undefined` is the documented way. Nothing here loses audio or ends a session. */
const TOLERANCES: readonly (readonly (VoiceApiFaultName | undefined)[])[] = [
  ['ready-twice', 'ready-after-audio', 'late-ready', undefined],
  ['odd-frames', undefined],
  ['empty-frames', undefined],
  ['unknown-message'],
  ['non-json-text', undefined],
  ['late-error', undefined],
  ['burst', 'slow', undefined],
];

/** What the profile `hostile` makes of one connection: one of each kind of things that a client must bear. */
export function drawHostileFaults(random: Random): readonly VoiceApiFaultName[] {
  return TOLERANCES.map((row) => row[Math.floor(random() * row.length)]).filter((name) => name !== undefined);
}
