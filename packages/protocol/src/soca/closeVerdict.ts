// This file says what a closed Soca socket means and what to do about it. The server's last word beats the close code.
import type { CloseVerdict } from '../neutral/session.ts';
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

type Meaning = Pick<CloseVerdict, 'code' | 'retry'>;

const FOR_GOOD: Meaning = { code: 'closed-by-server', retry: 'never' };
const FOR_NOW: Meaning = { code: 'closed-by-server', retry: 'backoff' };
const ENDED: Meaning = { code: 'ended', retry: 'none' };
const NEVER_OPENED: Meaning = { code: 'connect-failed', retry: 'backoff' };
const SETUP_FAILED: Meaning = { code: 'session-setup-failed', retry: 'backoff' };
const SHUTDOWN: Meaning = { code: 'server-shutdown', retry: 'backoff' };

// [stream] "Authentication Errors" sends people to the dashboard for another key: nothing that can be asked for again.
const BY_ERROR = new Map<string, Meaning>([
  [ERROR_MESSAGES.mustStart, { code: 'auth-invalid', retry: 'never' }],
  [ERROR_MESSAGES.invalidToken, { code: 'auth-failed', retry: 'never' }],
]);

// [stream] "Network Errors" tries again after every code but 1000. By RFC 6455 some say that what we sent was wrong, and it
// would be sent again.
const BY_CODE: Readonly<Record<number, Meaning>> = {
  1001: SHUTDOWN,
  1002: FOR_GOOD,
  1003: FOR_GOOD,
  1006: { code: 'connection-lost', retry: 'backoff' },
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
  const vendorCode = context.hasLeft ? 'left' : context.error || String(code);
  return { ...(wasOpen ? meaningOf(code, context) : NEVER_OPENED), vendorCode };
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
