// This file limits the waits of a connection attempt, and words what it means when a limit has passed.
import type { VendorTimeouts } from '@voicewire/protocol';
import { createVoiceError, type ErrorCode, type VoiceError } from '../errors.ts';
import type { ReducerSettings, SessionEffect, TimerName } from './state.ts';
import { armFor } from './transitions.ts';

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

/** Limits the wait that begins. */
export function arm(timer: ConnectTimer, { timeouts }: ReducerSettings): SessionEffect {
  return armFor(timer, limitOfTimer(timer, timeouts));
}
