// This file says what a closed Amigo socket means and what to do about it.
import type { CloseVerdict } from '../neutral/session.ts';
import type { SocketClose } from '../neutral/vendor.ts';
import { CLOSE_CODES, RETRIES } from './constants.ts';

/** What can be known when a socket closes. */
export interface CloseContext {
  /** True once the conversation had been created or retrieved. */
  readonly wasAccepted: boolean;
  /** True when this connection was to continue a conversation. */
  readonly wasResuming: boolean;
  /** Why the session had ended before the socket closed. */
  readonly endReason?: string | undefined;
  /** The connection was given up because nothing came. */
  readonly isStalled?: boolean | undefined;
  /** The code of the last error in band. */
  readonly errorCode?: string | undefined;
}

type Meaning = Omit<CloseVerdict, 'vendorCode'>;

const CLOSED_FOR_GOOD: Meaning = { code: 'closed-by-server', retry: 'never' };
const CLOSED_FOR_NOW: Meaning = { code: 'closed-by-server', retry: 'backoff' };
const SHUTDOWN: Meaning = { code: 'server-shutdown', retry: 'backoff' };
const LOST: Meaning = { code: 'connection-lost', retry: 'backoff' };

// Codes from 3000 are of [rt]. The standard ones are read by RFC 6455 and the IANA registry: no page names them.
const BY_CLOSE_CODE = new Map<number, Meaning>([
  [CLOSE_CODES.unauthorized, { code: 'auth-failed', retry: 'new-credentials' }],
  [CLOSE_CODES.forbidden, { code: 'forbidden', retry: 'never' }],
  // Keep-alives failed, by a sleeping page perhaps. Twice in a row means that they do not work at all.
  [CLOSE_CODES.timeout, { code: 'idle-timeout', retry: 'backoff', maxRetryCount: 1 }],
  [CLOSE_CODES.badRequest, { code: 'message-rejected', retry: 'never' }],
  [CLOSE_CODES.notFound, { code: 'conversation-not-found', retry: 'never' }],
  [CLOSE_CODES.conflict, { code: 'conversation-busy', retry: 'never' }],
  [CLOSE_CODES.unsupportedMedia, { code: 'audio-rejected', retry: 'never' }],
  [CLOSE_CODES.rateLimited, { code: 'rate-limited', retry: 'after-delay', minDelayMs: RETRIES.rateLimitMs }],
  [1001, SHUTDOWN],
  [1002, CLOSED_FOR_GOOD],
  [1003, CLOSED_FOR_GOOD],
  [1006, LOST],
  [1007, CLOSED_FOR_GOOD],
  [1008, CLOSED_FOR_GOOD],
  [1009, { code: 'message-rejected', retry: 'never' }],
  [1011, LOST],
  [1012, SHUTDOWN],
  [1013, { code: 'closed-by-server', retry: 'after-delay', minDelayMs: RETRIES.rateLimitMs }],
]);

/** A dropped connection of ours may still hold the conversation that we want to continue: it lets go in a while. */
const HELD_BY_OURSELVES: Meaning = { code: 'conversation-busy', retry: 'backoff', maxRetryMs: RETRIES.conflictMs };

/** What the close means. What ended the session before decides; else the close code does. */
export function judgeClose(close: SocketClose, context: CloseContext): CloseVerdict {
  // A refusal of the handshake looks the same as no network (browsers tell nothing): retries come with a fresh token.
  if (!close.wasOpen) return { code: 'connect-failed', retry: 'backoff', vendorCode: String(close.code) };
  const { endReason, isStalled, errorCode } = context;
  if (endReason !== undefined) return { code: 'ended', retry: 'none', vendorCode: endReason };
  const meaning = isStalled ? LOST : meaningOfCode(close.code, context);
  return { ...meaning, vendorCode: errorCode ?? String(close.code) };
}

function meaningOfCode(code: number, { wasAccepted, wasResuming, errorCode }: CloseContext): Meaning {
  if (code === CLOSE_CODES.ended) {
    // A clean close after an error is no happy end.
    if (errorCode !== undefined) return CLOSED_FOR_GOOD;
    return wasAccepted ? { code: 'ended', retry: 'none' } : CLOSED_FOR_NOW;
  }
  if (code === CLOSE_CODES.conflict && wasResuming && !wasAccepted) return HELD_BY_OURSELVES;
  // What no page lists among 3xxx and 4xxx is final: [plat] never retries its own of that kind.
  return BY_CLOSE_CODE.get(code) ?? (code >= 3000 ? CLOSED_FOR_GOOD : CLOSED_FOR_NOW);
}
