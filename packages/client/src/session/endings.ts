// This file words how sessions end: what a close or a vendor's farewell means to the user.
import type { CloseVerdict, SessionEvent } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import type { Ending } from './state.ts';

const CLOSE_SENTENCES: Readonly<Record<Exclude<CloseVerdict['code'], 'ended'>, string>> = {
  'auth-failed': 'The server refused the token.',
  'auth-timeout': 'The server saw no token in time.',
  'auth-invalid': 'The server could not read the first message.',
  forbidden: 'The token does not permit this conversation.',
  'session-setup-failed': 'The server could not set the session up.',
  'conversation-not-found': 'The server does not know the service or the conversation.',
  'conversation-busy': 'The conversation is finished or in use elsewhere.',
  'message-rejected': 'The server could not take a message of ours.',
  'audio-rejected': 'The server could not take our audio.',
  'idle-timeout': 'The server heard nothing from us for too long.',
  'rate-limited': 'The server received too many messages.',
  'server-shutdown': 'The server is shutting down.',
  'connect-failed': 'The connection could not be opened.',
  'connection-lost': 'The connection broke.',
  'closed-by-server': 'The server closed the connection.',
};

/** What a closed socket means when the vendor had not said goodbye. */
export function endingOfClose(verdict: CloseVerdict, closeCode: number): Ending {
  if (verdict.code === 'ended') {
    return { kind: 'reason', reason: { code: 'server-ended', isRetryable: true, vendorReason: verdict.vendorCode } };
  }
  const details = { vendorCode: verdict.vendorCode, closeCode, retry: verdict.retry };
  return { kind: 'error', error: createVoiceError(verdict.code, CLOSE_SENTENCES[verdict.code], { details }) };
}

/** What the vendor's own farewell means. */
export function endingOfVendor(event: Extract<SessionEvent, { type: 'sessionEnded' }>): Ending {
  return { kind: 'reason', reason: { code: event.cause, isRetryable: true, vendorReason: event.vendorReason } };
}
