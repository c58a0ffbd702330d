// This file says what a status means, of an answer or of an `error` in a stream, and when to try again.
import type { CloseVerdict } from '../neutral/session.ts';
import type { NoteVerdict } from '../neutral/voiceNote.ts';
import { LIMITS, STATUS_CODES } from './constants.ts';
import { RATE_HEADERS } from './messages.ts';

/** What can be known when a note was refused or failed. */
export interface FailureContext {
  /** True where nothing of the note was kept: the server refused it, or declared it void. */
  readonly isVoid: boolean;
  /** From the answer's headers, in ms; undefined where they say nothing. */
  readonly retryAfterMs: number | undefined;
  /** True when our last exchange in this conversation was cut short: the server may still be busy with it. */
  readonly wasJustCut: boolean;
}

type Meaning = Pick<NoteVerdict, 'code' | 'retry'> & Partial<NoteVerdict>;

/** A place among the notes of a minute becomes free so often. */
const NOTE_INTERVAL_MS = 60_000 / LIMITS.notesPerMinute;
const FAILED: CloseVerdict['code'] = 'closed-by-server';

// [notes], [oas]: the meanings. The advice is ours, except: 401 refreshes and repeats once, as the Python SDK does.
const BY_STATUS = new Map<number, Meaning>([
  [STATUS_CODES.badRequest, { code: 'message-rejected', retry: 'never' }],
  [STATUS_CODES.unauthorized, { code: 'auth-failed', retry: 'new-credentials' }],
  [STATUS_CODES.forbidden, { code: 'forbidden', retry: 'never' }],
  [STATUS_CODES.notFound, { code: 'conversation-not-found', retry: 'never' }],
  [STATUS_CODES.uploadTimeout, { code: 'idle-timeout', retry: 'backoff', maxRetryCount: 1 }],
  [STATUS_CODES.unsupportedMedia, { code: 'audio-rejected', retry: 'never' }],
  [STATUS_CODES.unprocessable, { code: 'message-rejected', retry: 'never' }],
  [STATUS_CODES.maintenance, { code: 'server-shutdown', retry: 'backoff' }],
]);

/** What a status other than success means. */
export function judgeStatus(status: number, context: FailureContext): NoteVerdict {
  const vendorCode = String(status);
  if (status === STATUS_CODES.rateLimited) {
    const minDelayMs = context.retryAfterMs ?? NOTE_INTERVAL_MS;
    return { code: 'rate-limited', retry: 'after-delay', minDelayMs, vendorCode };
  }
  if (status === STATUS_CODES.conflict) return { ...judgeConflict(context), vendorCode };
  const known = BY_STATUS.get(status);
  if (known !== undefined) return { ...known, vendorCode };
  // A server error may come after the note was taken; 4xx is refused before.
  if (status >= 500) return { code: FAILED, retry: context.isVoid ? 'backoff' : 'ask', vendorCode };
  return { code: FAILED, retry: 'never', vendorCode };
}

/**
 * What the answer to `finishRequest` means.
 * - `finished`: it is over; or there was nothing in it to finish, which one page answers with 400 and the other deletes.
 * - `unclear`: it was over already, or is busy: the list of conversations tells.
 * - `failed`: it is not over.
 */
export function judgeFinish(status: number): 'finished' | 'unclear' | 'failed' {
  if (status === STATUS_CODES.conflict) return 'unclear';
  return (status >= 200 && status < 300) || status === STATUS_CODES.badRequest ? 'finished' : 'failed';
}

/** How long the server wants to be left alone, in ms; undefined where it does not say. */
export function readRetryAfterMs(header: (name: string) => string | null, nowEpochMs: number): number | undefined {
  const retryAfter = header(RATE_HEADERS.retryAfter)?.trim();
  if (retryAfter !== undefined && retryAfter !== '') {
    const untilMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowEpochMs;
    if (Number.isFinite(untilMs)) return Math.max(0, untilMs);
  }
  const reset = header(RATE_HEADERS.reset)?.trim() ?? '';
  return /^\d+$/.test(reset) ? Math.max(0, Number(reset) * 1000 - nowEpochMs) : undefined;
}

function judgeConflict({ wasJustCut }: FailureContext): Meaning {
  if (!wasJustCut) return { code: 'conversation-busy', retry: 'never' };
  return { code: 'conversation-busy', retry: 'backoff', maxRetryMs: LIMITS.busyAfterCancelMs };
}
