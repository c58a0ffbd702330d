// This file defines how the server of Amigo's HTTP API can be set.
import { LIMITS } from '@voicewire/protocol/amigo-notes';
import { SandboxError } from '../errors.ts';
import type { AmigoNotesFault } from './faults.ts';
import type { RetryAfterForm } from './requestQuota.ts';

/** All optional; the defaults are the vendor's documented behaviour, or our reading where its pages are silent. */
export interface AmigoNotesServerOptions {
  /** What a path with a slash too many or too few is. Default `not-found`. */
  readonly wrongSlash?: 'not-found' | 'redirect';
  /** What finishing an empty conversation is: the vendor says both. Default `refuse` (400). */
  readonly emptyFinish?: 'refuse' | 'delete';
  /** Which query parameter asks for a spoken reply. Default `current`: only `response_audio_format`. */
  readonly replyFormatQuery?: 'current' | 'either';
  /** What query parameters are that the current API document does not list. Default `ignore`. */
  readonly unknownQuery?: 'ignore' | 'refuse';
  /** How `Retry-After` is written. Default `seconds`. */
  readonly retryAfter?: RetryAfterForm;
  /** Whom rate limits count: the vendor says both. Default `user`. */
  readonly quotaScope?: 'user' | 'organization' | 'off';
  /** Field of the sign-in's answer that holds the token: the vendor says both. Default `id_token`. */
  readonly tokenField?: 'id_token' | 'jwt';
  /** Number of the first piece of a message. Default 0. */
  readonly firstSequenceNumber?: 0 | 1;
  /** Status of a created conversation. Default 201. */
  readonly createdStatus?: 200 | 201;
  /** Agent audio per piece, in ms. Default 200. */
  readonly pieceMs?: number;
  /** Speed at which a reply is streamed; 1 is real time. Default 4. */
  readonly speedRatio?: number;
  /** Silence of the agent after which a reply counts as whole, in ms. Default 300. */
  readonly lingerMs?: number;
  /** How long a reply waits for an agent that says nothing, in ms; then it is empty. Default 30000. */
  readonly patienceMs?: number;
  /** How long a conversation stays busy after a client cancelled a stream, in ms. Default 1000. */
  readonly cancelHoldMs?: number;
  /** Silence within an upload after which it counts as stalled, in ms. Default 10000. */
  readonly uploadStallMs?: number;
  /** Longest upload, in bytes; the vendor does not say. Default 2000000. */
  readonly maxUploadBytes?: number;
  /** Faults of every request; `?fault=` on a request adds to them. Default none. */
  readonly faults?: readonly AmigoNotesFault[];
}

/** See each field of `AmigoNotesServerOptions`. */
export const AMIGO_NOTES_DEFAULTS = {
  wrongSlash: 'not-found',
  emptyFinish: 'refuse',
  replyFormatQuery: 'current',
  unknownQuery: 'ignore',
  retryAfter: 'seconds',
  quotaScope: 'user',
  tokenField: 'id_token',
  firstSequenceNumber: 0,
  createdStatus: 201,
  pieceMs: 200,
  speedRatio: 4,
  lingerMs: 300,
  patienceMs: 30_000,
  cancelHoldMs: 1000,
  uploadStallMs: 10_000,
  maxUploadBytes: LIMITS.maxUploadBytes,
} as const satisfies AmigoNotesServerOptions;

/** Options with the defaults filled in; faults live in a plan of their own. */
export type AmigoNotesSettings = Required<Omit<AmigoNotesServerOptions, 'faults'>>;

/** Longest piece, so that a base64 line stays small, in ms. */
const MAX_PIECE_MS = 10_000;

/**
 * Fills in the defaults.
 *
 * @throws {SandboxError} `invalid-option` for a number out of range.
 */
export function readSettings(options: Omit<AmigoNotesServerOptions, 'faults'> = {}): AmigoNotesSettings {
  const settings: AmigoNotesSettings = { ...AMIGO_NOTES_DEFAULTS, ...options };
  check(
    'pieceMs',
    settings.pieceMs,
    settings.pieceMs >= 20 && settings.pieceMs <= MAX_PIECE_MS,
    `20 to ${MAX_PIECE_MS}`,
  );
  check(
    'speedRatio',
    settings.speedRatio,
    settings.speedRatio > 0 && settings.speedRatio <= 1000,
    'over 0, up to 1000',
  );
  for (const name of ['lingerMs', 'patienceMs', 'cancelHoldMs'] as const) {
    check(name, settings[name], settings[name] >= 0 && Number.isFinite(settings[name]), '0 or more');
  }
  for (const name of ['uploadStallMs', 'maxUploadBytes'] as const) {
    check(name, settings[name], settings[name] > 0 && Number.isFinite(settings[name]), 'over 0');
  }
  return settings;
}

function check(option: string, actual: number, isInRange: boolean, expected: string): void {
  if (isInRange) return;
  throw new SandboxError('invalid-option', `${option} is ${actual}, wanted ${expected}.`, { option, actual, expected });
}
