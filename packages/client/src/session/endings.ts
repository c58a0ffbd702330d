// This file words how sessions end: what a close, a vendor's farewell or a passed limit means to the user.
import type { CloseVerdict, SessionEvent, VendorTimeouts } from '@voicewire/protocol';
import { createVoiceError, type ErrorCode, type VoiceError } from '../errors.ts';
import type { Ending, TimerName } from './state.ts';

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

/** The waits that can pass their limit. */
export type ConnectTimer = Exclude<TimerName, 'retry' | 'handOver'>;

const TIMEOUTS: Readonly<Record<ConnectTimer, { code: ErrorCode; happened: string; limit: keyof VendorTimeouts }>> = {
  credentials: { code: 'credentials-timeout', happened: 'No credentials arrived', limit: 'credentialsMs' },
  socket: { code: 'connect-timeout', happened: 'The connection did not open', limit: 'connectMs' },
  acceptance: { code: 'accept-timeout', happened: 'The server did not accept the session', limit: 'acceptMs' },
  agent: { code: 'agent-not-ready', happened: 'The agent did not report ready', limit: 'agentReadyMs' },
};

/** How long a wait may take, in ms. */
export function limitOfTimer(timer: ConnectTimer, timeouts: VendorTimeouts): number {
  return timeouts[TIMEOUTS[timer].limit];
}

/** The error of a wait that passed its limit. */
export function errorOfTimer(timer: ConnectTimer, timeouts: VendorTimeouts): VoiceError {
  const { code, happened } = TIMEOUTS[timer];
  const limitMs = limitOfTimer(timer, timeouts);
  return createVoiceError(code, `${happened} within ${limitMs} ms.`, { details: { limitMs } });
}
