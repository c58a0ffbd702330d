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

type Meaning = readonly [code: CloseReasonCode, retry: RetryAdvice];

const FOR_GOOD: Meaning = ['closed-by-server', 'never'];
const FOR_NOW: Meaning = ['closed-by-server', 'backoff'];
const ENDED: Meaning = ['ended', 'none'];
const NEVER_OPENED: Meaning = ['connect-failed', 'backoff'];
const SETUP_FAILED: Meaning = ['session-setup-failed', 'backoff'];
const SHUTDOWN: Meaning = ['server-shutdown', 'backoff'];

// [stream] "Authentication Errors" sends people to the dashboard for another key: nothing that can be asked for again.
const BY_ERROR = new Map<string, Meaning>([
  [ERROR_MESSAGES.mustStart, ['auth-invalid', 'never']],
  [ERROR_MESSAGES.invalidToken, ['auth-failed', 'never']],
]);

// [stream] "Network Errors" tries again after every code but 1000. By RFC 6455 some say that what we sent was wrong, and it
// would be sent again.
const BY_CODE: Readonly<Record<number, Meaning>> = {
  1001: SHUTDOWN,
  1002: FOR_GOOD,
  1003: FOR_GOOD,
  1006: ['connection-lost', 'backoff'],
  1007: FOR_GOOD,
  1008: FOR_GOOD,
  1009: FOR_GOOD,
  1012: SHUTDOWN,
};

/**
 * What the close means. Precedence: a socket that never opened; our own leaving; a known error; any error that kept the
 * session from being accepted; then the close code.
 */
export function judgeClose({ code, wasOpen }: SocketClose, context: CloseContext): CloseVerdict {
  // An error without words tells less than the code.
  const vendorCode = context.hasLeft ? 'left' : context.error || `${code}`;
  const [reason, retry] = wasOpen ? meaningOf(code, context) : NEVER_OPENED;
  return { code: reason, retry, vendorCode };
}

function meaningOf(code: number, { error, hasLeft, wasAccepted }: CloseContext): Meaning {
  if (hasLeft) return ENDED;
  if (error !== undefined) {
    const known = BY_ERROR.get(error);
    if (known || !wasAccepted) return known ?? SETUP_FAILED;
  }
  if (code !== CLOSE_CODES.ended) return BY_CODE[code] ?? FOR_NOW;
  // An error is fatal when the socket closes after it; and nothing can end that was never accepted.
  return error !== undefined ? FOR_GOOD : wasAccepted ? ENDED : FOR_NOW;
}
