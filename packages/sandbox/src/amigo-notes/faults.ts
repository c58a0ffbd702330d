// This file names the ways in which Amigo's HTTP API can misbehave on demand. The README's table is generated from it.
import type { Fault, FaultDescription } from '../server/faultPlan.ts';

/** By name. Those of answers hit sign-ins, creations and notes alike unless they say otherwise. */
export const FAULTS = {
  // ── sign-in ──
  'sign-in-error': { does: 'answers a sign-in with 500', defaults: {} },
  'sign-in-malformed': { does: 'answers a sign-in with 200 and a body that is not JSON', defaults: {} },
  'token-short-lived': { does: 'gives tokens that soon expire', defaults: { delayMs: 5000 } },
  'token-expired': { does: 'gives tokens that have expired', defaults: {} },
  'token-not-yet-valid': { does: 'gives tokens that are not valid yet', defaults: {} },
  'token-no-permission': { does: 'gives tokens that may do nothing', defaults: {} },
  'token-no-insights': { does: 'gives tokens that may not see agent actions', defaults: {} },
  'token-wrong-region': { does: 'gives tokens of another region', defaults: {} },
  // ── answers to creations and notes ──
  'answer-400': { does: 'answers with 400: the agent has no voice', defaults: { count: 1 } },
  'answer-403': { does: 'answers with 403', defaults: { count: 1 } },
  'answer-408': { does: 'answers with 408: the upload stalled', defaults: { count: 1 } },
  'answer-409': { does: 'answers with 409: busy', defaults: { count: 1 } },
  'answer-415': { does: 'answers with 415', defaults: { count: 1 } },
  'answer-429': { does: 'answers with 429 and `Retry-After` of `delayMs`', defaults: { count: 1, delayMs: 2000 } },
  'answer-500': { does: 'answers with 500, having taken the note', defaults: { count: 1 } },
  'answer-502': { does: 'answers with 502 and a page of HTML, having taken the note', defaults: { count: 1 } },
  'answer-503': { does: 'answers with 503: maintenance', defaults: { count: 1 } },
  // ── how lines travel ──
  split: { does: 'sends `sizeBytes` at a time, also within a character of UTF-8', defaults: { sizeBytes: 1 } },
  gzip: { does: 'compresses the stream, where the client understands it and a network carries it', defaults: {} },
  coalesced: { does: 'sends all lines at once, at the end', defaults: {} },
  crlf: { does: 'ends lines with `\\r\\n`', defaults: {} },
  'blank-lines': { does: 'sends blank lines before every line', defaults: {} },
  'no-final-newline': { does: 'does not end the last line', defaults: {} },
  'long-line': {
    does: 'sends a line of `sizeBytes` within the reply',
    defaults: { sizeBytes: 1_000_000 },
    bounds: { sizeBytes: [0, 2_097_152] },
  },
  // ── how a stream ends ──
  'error-first': { does: 'begins with `error` and closes', defaults: { reason: 'boom' } },
  'error-between': { does: 'sends `error` after the second piece and closes', defaults: { reason: 'boom' } },
  'error-after-complete': {
    does: 'sends `error` after `interaction-complete` and closes',
    defaults: { reason: 'boom' },
  },
  'no-complete': { does: 'closes after the last piece, without `interaction-complete`', defaults: {} },
  'never-closes': { does: 'leaves the stream open after `interaction-complete`, for 5 minutes', defaults: {} },
  'reset-mid-line': { does: 'drops the connection within the line of the second piece', defaults: {} },
  // ── what a stream says ──
  'late-start': { does: 'waits before the first line', defaults: { delayMs: 3000 } },
  stalled: { does: 'waits after the second piece; the rest comes at once', defaults: { delayMs: 3000 } },
  silent: { does: 'says nothing after `user-message-available`, for 5 minutes', defaults: {} },
  'no-user-message': { does: 'leaves `user-message-available` out', defaults: {} },
  'empty-transcript': { does: 'understands nothing: an empty `user_message`', defaults: {} },
  'end-session': { does: 'sends the old `end-session` before `interaction-complete`', defaults: {} },
  'unknown-event': { does: 'sends an event of an unknown type, and unknown fields in the others', defaults: {} },
  'agent-actions': { does: 'reports an agent action of every documented type', defaults: {} },
  'agent-actions-malformed': { does: 'reports them with fields of other types', defaults: {} },
  'filler-wav': { does: 'bridges the wait with a spoken filler', defaults: { delayMs: 1500 } },
  'filler-wav-list': { does: 'does so with a LIST chunk before the audio', defaults: { delayMs: 1500 } },
  'filler-text': { does: 'bridges the wait with a written filler', defaults: { delayMs: 1500 } },
  'filler-late': { does: 'sends a spoken filler after the second piece', defaults: {} },
  'audio-raw': { does: 'sends bare samples, whatever was asked for', defaults: {} },
  'audio-wav': { does: 'sends a WAV file, whatever was asked for', defaults: {} },
  'audio-mp3': { does: 'sends MP3, whatever was asked for', defaults: {} },
  'odd-pieces': {
    does: 'cuts audio into pieces of `sizeBytes`, in mid-sample too',
    defaults: { sizeBytes: 1001 },
    bounds: { sizeBytes: [64, 16_777_216] },
  },
  'no-alignment': { does: 'sends no times of characters', defaults: {} },
  'conversation-completed': { does: 'ends the conversation with the reply', defaults: {} },
} as const satisfies Record<string, FaultDescription>;

/** One of the names in `FAULTS`. */
export type AmigoNotesFaultName = keyof typeof FAULTS;

/** A fault by name, or with settings that differ from its defaults. */
export type AmigoNotesFault = Fault<AmigoNotesFaultName>;
