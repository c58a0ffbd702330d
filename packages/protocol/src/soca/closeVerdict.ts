// This file says what a closed Soca socket means and what to do about it. The server's last word beats the close code.
import type { CloseReasonCode, CloseVerdict, RetryAdvice } from '../neutral/session.ts';
import type { SocketClose } from '../neutral/vendor.ts';
import { CLOSE_CODES, ERROR_MESSAGES } from './constants.ts';

/** What can be known when a socket closes. */
export interface CloseContext {
  /** The server's last error, unless the conversation went on after it. */
  readonly error?: string | undefined;
  /** True when we left, and no error came before. */
  readonly hasLeft?: boolean;
  /** True once the server had said `ready` or `stt.ready`. */
  readonly wasAccepted: boolean;
}

/** Nothing that trying again would change. */
const FOR_GOOD: Meaning = ['closed-by-server', 'never'];

// [stream] "Authentication Errors" sends people to the dashboard for another key: nothing that can be asked for again.
const BY_ERROR = new Map<string, CloseReasonCode>([
  [ERROR_MESSAGES.mustStart, 'auth-invalid'],
  [ERROR_MESSAGES.invalidToken, 'auth-failed'],
]);

// [stream] "Network Errors" tries again after every code but 1000.
const BY_CODE: Readonly<Record<number, CloseReasonCode>> = {
  1001: 'server-shutdown',
  1006: 'connection-lost',
  1012: 'server-shutdown',
};

/** By RFC 6455 these say that what we sent was wrong, and it would be sent again. */
const OUR_FAULTS = [1002, 1003, 1007, 1008, 1009];

type Meaning = readonly [code: CloseReasonCode, retry?: RetryAdvice];

/**
 * What the close means. Precedence: a socket that never opened; our own leaving; a known error; any error that kept the
 * session from being accepted; then the close code.
 */
export function judgeClose({ code, wasOpen }: SocketClose, context: CloseContext): CloseVerdict {
  // An error without words tells less than the code.
  const vendorCode = context.hasLeft ? 'left' : context.error || `${code}`;
  const [reason, retry = 'backoff'] = wasOpen ? meaningOf(code, context) : (['connect-failed'] as const);
  return { code: reason, retry, vendorCode };
}

/** Without advice: try again after a while. */
function meaningOf(code: number, { error, hasLeft, wasAccepted }: CloseContext): Meaning {
  if (hasLeft) return ['ended', 'none'];
  if (error !== undefined) {
    const known = BY_ERROR.get(error);
    if (known) return [known, 'never'];
    if (!wasAccepted) return ['session-setup-failed'];
  }
  if (code === CLOSE_CODES.ended) {
    // An error is fatal when the socket closes after it; and nothing can end that was never accepted.
    if (error !== undefined) return FOR_GOOD;
    if (wasAccepted) return ['ended', 'none'];
  }
  return OUR_FAULTS.includes(code) ? FOR_GOOD : [BY_CODE[code] ?? 'closed-by-server'];
}
