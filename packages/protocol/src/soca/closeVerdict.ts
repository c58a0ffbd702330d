// This file says what a closed Soca socket means and what to do about it. The server's last word beats the close code.
import type { CloseVerdict } from '../neutral/session.ts';
import type { SocketClose } from '../neutral/vendor.ts';
import { CLOSE_CODES, ERROR_MESSAGES } from './constants.ts';

/** What decides what the close means, when there is such a thing: the server's error, or our own leaving. */
export type LastWord = { readonly type: 'error'; readonly message: string } | { readonly type: 'left' };

/** What can be known when a socket closes. */
export interface CloseContext {
  readonly lastWord: LastWord | undefined;
  /** True once the server had said `ready` or `stt.ready`. */
  readonly wasAccepted: boolean;
}

type Meaning = Pick<CloseVerdict, 'code' | 'retry'>;

const CLOSED_FOR_GOOD: Meaning = { code: 'closed-by-server', retry: 'never' };
const CLOSED_FOR_NOW: Meaning = { code: 'closed-by-server', retry: 'backoff' };
const ENDED: Meaning = { code: 'ended', retry: 'none' };
const SHUTDOWN: Meaning = { code: 'server-shutdown', retry: 'backoff' };

// [stream] "Authentication Errors" sends people to the dashboard for another key: nothing that can be asked for again.
const BY_ERROR = new Map<string, Meaning>([
  [ERROR_MESSAGES.mustStart, { code: 'auth-invalid', retry: 'never' }],
  [ERROR_MESSAGES.invalidToken, { code: 'auth-failed', retry: 'never' }],
]);

// [stream] "Network Errors" tries again after every code but 1000. By RFC 6455 these say that what we sent was wrong, and it
// would be sent again.
const OUR_FAULT = new Set([1002, 1003, 1007, 1008, 1009]);

/**
 * What the close means. Precedence: a socket that never opened; our own leaving; a known error; any error that kept the
 * session from being accepted; then the close code.
 */
export function judgeClose({ code, wasOpen }: SocketClose, { lastWord, wasAccepted }: CloseContext): CloseVerdict {
  if (!wasOpen) return { code: 'connect-failed', retry: 'backoff', vendorCode: String(code) };
  if (lastWord?.type === 'left') return { ...ENDED, vendorCode: 'left' };
  const error = lastWord?.message;
  const vendorCode = error === undefined || error === '' ? String(code) : error;
  const known = error === undefined ? undefined : BY_ERROR.get(error);
  if (known) return { ...known, vendorCode };
  if (error !== undefined && !wasAccepted) return { code: 'session-setup-failed', retry: 'backoff', vendorCode };
  return { ...meaningOfCode(code, wasAccepted, error !== undefined), vendorCode };
}

function meaningOfCode(code: number, wasAccepted: boolean, hasFailed: boolean): Meaning {
  if (code === CLOSE_CODES.ended) {
    // An error is fatal when the socket closes after it; and nothing can end that was never accepted.
    if (hasFailed) return CLOSED_FOR_GOOD;
    return wasAccepted ? ENDED : CLOSED_FOR_NOW;
  }
  if (OUR_FAULT.has(code)) return CLOSED_FOR_GOOD;
  if (code === 1001 || code === 1012) return SHUTDOWN;
  return code === 1006 ? { code: 'connection-lost', retry: 'backoff' } : CLOSED_FOR_NOW;
}
