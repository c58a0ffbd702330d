// This file takes a session's own secret out of what the session reports.
import type { CloseVerdict, SessionEvent } from '../neutral/session.ts';
import { maskSecret } from './redact.ts';

/** The event without `secret` in any text that came from the wire. Servers do quote tokens in their error messages. */
export function maskEvent(event: SessionEvent, secret: string): SessionEvent {
  switch (event.type) {
    case 'sessionEnded':
      return { ...event, vendorReason: maskSecret(event.vendorReason, secret) };
    case 'vendorError': {
      const vendorCode = maskSecret(event.vendorCode, secret);
      return { ...event, vendorCode, vendorMessage: maskSecret(event.vendorMessage, secret) };
    }
    case 'unknownMessage':
      return { ...event, messageType: maskSecret(event.messageType, secret) };
    default:
      return event;
  }
}

/** The verdict without `secret`. */
export function maskVerdict(verdict: CloseVerdict, secret: string): CloseVerdict {
  return { ...verdict, vendorCode: maskSecret(verdict.vendorCode, secret) };
}
