// This file says which close codes may be sent, and what stands for those that may not.
import type { SocketClose } from './relaySocket.ts';

/** RFC 6455 and the IANA registry. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  noCode: 1005,
  abnormal: 1006,
  policy: 1008,
  tooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const;

/** Longest reason that fits a close frame, in bytes of UTF-8. RFC 6455 section 5.5. */
const MAX_REASON_BYTES = 123;

/** True where the connection ended without a goodbye, or with one that only stands for that. */
export function isAbrupt({ code }: SocketClose): boolean {
  return code === CLOSE_CODES.abnormal || code === 1015;
}

/** True for codes that may stand in a close frame. RFC 6455 section 7.4. */
export function isSendable(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}

/** The reason cut so that it fits a close frame; ASCII, which is all that browsers can be relied on to show. */
export function fitReason(reason: string): string {
  return reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_REASON_BYTES);
}
