// This file takes a session's own secret out of what the session reports.
import type { CloseVerdict, SessionEvent } from '../neutral/session.ts';
import { maskSecret } from './redact.ts';

/** Fields that repeat the vendor's own words. Servers do quote tokens in their error messages. */
const VENDOR_WORDS = ['vendorCode', 'vendorMessage', 'vendorReason', 'messageType', 'actionType'] as const;

/** The event without `secret` in any field that repeats the vendor's own words. Speech and its text pass as they are. */
export function maskEvent(event: SessionEvent, secret: string): SessionEvent {
  return maskFields(event, secret);
}

/** The verdict without `secret`. */
export function maskVerdict(verdict: CloseVerdict, secret: string): CloseVerdict {
  return maskFields(verdict, secret);
}

function maskFields<Shown extends object>(shown: Shown, secret: string): Shown {
  const masked: Shown & Partial<Record<string, unknown>> = { ...shown };
  for (const field of VENDOR_WORDS) {
    const words: unknown = masked[field];
    if (typeof words === 'string') Object.assign(masked, { [field]: maskSecret(words, secret) });
  }
  return masked;
}
