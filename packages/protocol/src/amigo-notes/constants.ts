// This file lists the constants of Amigo's voice notes, each with the page it comes from.
//
// Sources, read 2026-11-21: [notes] docs.amigo.ai, voice notes (HTTP); [oas] specs/openapi-baseline.json in
// amigo-ai/amigo-typescript-sdk at ff80074; [py] src/amigo_sdk in amigo-ai/amigo-python-sdk at d45cd63. "Ours" marks a choice
// where no page says anything.
import { FILLER_ACTION_TYPE } from '../amigo-shared/parts.ts';

/** What the statuses of the endpoints mean. [notes], [oas]. */
export const STATUS_CODES = {
  /** Empty message, a language without a voice, no voice configured, or a wrong audio format for the answer. */
  badRequest: 400,
  unauthorized: 401,
  forbidden: 403,
  /** Organization, service or conversation unknown; also an organization of another region. */
  notFound: 404,
  /** The upload stalled. */
  uploadTimeout: 408,
  /** The conversation is finished, or another operation is running in it. */
  conflict: 409,
  /** Not an audio file as declared. */
  unsupportedMedia: 415,
  unprocessable: 422,
  rateLimited: 429,
  maintenance: 503,
} as const;

/** Sizes, rates and times. */
export const LIMITS = {
  /** Notes per user and minute. [notes]; one page says per organization. */
  notesPerMinute: 15,
  /** Calls per minute of the other endpoints: making and finishing conversations, and signing in, each. [oas]. */
  conversationsPerMinute: 5,
  signInsPerMinute: 5,
  listsPerMinute: 15,
  recordingsPerMinute: 30,
  /** Declared rates of an uploaded PCM file, in Hz. [oas] `UserMessageAudioConfig`. */
  minUploadSampleRate: 4000,
  maxUploadSampleRate: 44_100,
  /** Largest upload. Ours: 60 s of 16 kHz PCM are 1.9 MB. */
  maxUploadBytes: 2_000_000,
  /** Longest upload. Ours. */
  maxUploadMs: 60_000,
  /** Largest page of the list of conversations. [oas]. */
  maxListCount: 150,
  /** Longest line of a reply that is looked at, in bytes. Ours. */
  maxLineBytes: 4_194_304,
  /** Largest JSON answer that is looked at, in bytes. Ours: 150 conversations have some hundred kB. */
  maxAnswerBytes: 4_194_304,
  /** Without a byte before the agent's first words. Ours; replies may take over a minute when tools run, says [py]. */
  idleMs: 60_000,
  /** A whole reply. [py], read timeout of streams. */
  replyMs: 300_000,
  /** The server promises to close after `interaction-complete`; the SDK's own tests do not wait for it. Ours. */
  drainMs: 5000,
  /** How long a conversation may still be busy with a stream that we cancelled. Ours. */
  busyAfterCancelMs: 5000,
} as const;

/** The agent actions that a voice client needs: fillers. Matched by RE2 on the server. [oas], [notes]. */
export const FILLERS_ONLY = `^${FILLER_ACTION_TYPE}$`;
