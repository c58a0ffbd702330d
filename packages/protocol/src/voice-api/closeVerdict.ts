// This file says what a closed Voice API socket means and what to do about it. The server's last word beats the close code.
import type { CloseVerdict } from '../neutral/session.ts';
import type { SocketClose } from '../neutral/vendor.ts';
import { CLOSE_CODES, END_REASONS, ERROR_CODES } from './constants.ts';

/** The message that decides what the close means, when the server sent one. */
export type LastWord =
  | { readonly type: 'error'; readonly code: string }
  | { readonly type: 'session_ended'; readonly reason: string };

/** What can be known when a socket closes. */
export interface CloseContext {
  readonly lastWord: LastWord | undefined;
  /** True once the server had said `connected`. */
  readonly wasAccepted: boolean;
}

type Meaning = Pick<CloseVerdict, 'code' | 'retry'>;

const CLOSED_FOR_GOOD: Meaning = { code: 'closed-by-server', retry: 'never' };
const CLOSED_FOR_NOW: Meaning = { code: 'closed-by-server', retry: 'backoff' };
const SHUTDOWN: Meaning = { code: 'server-shutdown', retry: 'backoff' };
const LOST: Meaning = { code: 'connection-lost', retry: 'backoff' };

/** [trouble], both tables: the failures that have an error code and a close code. */
const FAILURES = {
  authTimeout: { code: 'auth-timeout', retry: 'new-credentials' },
  invalidAuth: { code: 'auth-invalid', retry: 'never' },
  authFailed: { code: 'auth-failed', retry: 'new-credentials' },
  sessionSetupFailed: { code: 'session-setup-failed', retry: 'backoff' },
} as const satisfies Record<keyof typeof ERROR_CODES, Meaning>;

const FAILURE_NAMES = Object.keys(FAILURES) as (keyof typeof FAILURES)[];
const BY_ERROR_CODE = new Map<string, Meaning>(FAILURE_NAMES.map((name) => [ERROR_CODES[name], FAILURES[name]]));

// The standard codes are read by RFC 6455 and the IANA registry; no page of the vendor's names any but 1000.
const BY_CLOSE_CODE = new Map<number, Meaning>([
  ...FAILURE_NAMES.map((name) => [CLOSE_CODES[name], FAILURES[name]] as const),
  [1001, SHUTDOWN], // going away
  [1002, CLOSED_FOR_GOOD], // protocol error: ours, and it would repeat itself
  [1003, CLOSED_FOR_GOOD], // unsupported data
  [1006, LOST], // no close frame at all
  [1007, CLOSED_FOR_GOOD], // invalid payload
  [1008, CLOSED_FOR_GOOD], // policy
  [1009, CLOSED_FOR_GOOD], // message too big
  [1012, SHUTDOWN], // service restart
]);

/**
 * What the close means. Precedence: a socket that never opened; then a known error code or `session_ended`, whichever
 * was the last word; then the close code.
 */
export function judgeClose(close: SocketClose, { lastWord, wasAccepted }: CloseContext): CloseVerdict {
  if (!close.wasOpen) return { code: 'connect-failed', retry: 'backoff', vendorCode: String(close.code) };
  if (lastWord?.type === 'session_ended') return { ...meaningOfEnd(lastWord.reason), vendorCode: lastWord.reason };
  const known = lastWord && BY_ERROR_CODE.get(lastWord.code);
  const meaning = known ?? meaningOfCloseCode(close.code, { wasAccepted, hasFailed: lastWord !== undefined });
  return { ...meaning, vendorCode: lastWord?.code ?? String(close.code) };
}

/** True for the error codes of [trouble], all of which are final. */
export function isKnownErrorCode(code: string): boolean {
  return BY_ERROR_CODE.has(code);
}

// A session that ended is never taken up again by itself, unless the server went away under it.
function meaningOfEnd(reason: string): Meaning {
  return reason === END_REASONS.serverShutdown ? SHUTDOWN : { code: 'ended', retry: 'none' };
}

function meaningOfCloseCode(
  code: number,
  session: { readonly wasAccepted: boolean; readonly hasFailed: boolean },
): Meaning {
  if (code === CLOSE_CODES.ended) {
    // An error of an unknown code is fatal when the socket closes after it; and nothing can end that was never accepted.
    if (session.hasFailed) return CLOSED_FOR_GOOD;
    return session.wasAccepted ? { code: 'ended', retry: 'none' } : CLOSED_FOR_NOW;
  }
  // Judging by 4001-4003 and 4500, the vendor follows HTTP: 40xx is the client's fault and would repeat itself, 45xx not.
  return BY_CLOSE_CODE.get(code) ?? (code >= 4000 && code < 4500 ? CLOSED_FOR_GOOD : CLOSED_FOR_NOW);
}
