// This file holds the small parts that the reducer's transitions are made of.
import { createVoiceError } from '../errors.ts';
import type { AgentState, SessionStatus } from './status.ts';
import type { ConnectPhase, Farewell, SessionEffect, SessionState, TimerName, Transition } from './state.ts';

/** Every timer there is: none outlives the attempt it belongs to. */
export const ALL_TIMERS: readonly TimerName[] = ['credentials', 'socket', 'acceptance', 'agent', 'retry', 'handOver'];

/** On the way to a connection, the first one or another. */
export function isConnecting(state: SessionState): boolean {
  return state.status === 'connecting' || state.status === 'reconnecting';
}

/** Not ended, and not about to. */
export function isLive(state: SessionState): boolean {
  return isConnecting(state) || state.status === 'connected';
}

/**
 * Gives the current attempt up; whatever it still reports is ignored.
 * @param phase What is waited for next. @param farewell What the server is to hear of it.
 */
export function abandonAttempt(state: SessionState, phase: ConnectPhase, farewell: Farewell): Transition {
  const status: SessionStatus = state.wasConnected ? 'reconnecting' : 'connecting';
  return {
    state: { ...state, status, phase, ...nextAttempt(state), isAccepted: false, isResumed: false, successor: null },
    effects: [
      ...ALL_TIMERS.map(clear),
      ...(state.status === status ? [] : [statusChanged(state, status)]),
      ...(state.successor === null ? [] : [{ type: 'dropSuccessor' } as const]),
      { type: 'dropConnection', farewell },
    ],
  };
}

/** A number that no attempt had before. */
export function nextAttempt({ lastAttempt }: SessionState): Pick<SessionState, 'attempt' | 'lastAttempt'> {
  return { attempt: lastAttempt + 1, lastAttempt: lastAttempt + 1 };
}

/** The input means nothing here. */
export function unchanged(state: SessionState): Transition {
  return { state, effects: [] };
}

/** Takes a timer back; harmless where it is not armed. */
export function clear(timer: TimerName): SessionEffect {
  return { type: 'clearTimer', timer };
}

/** Gets credentials for the attempt that counts. */
export function loadCredentials({ attempt }: SessionState): SessionEffect {
  return { type: 'loadCredentials', attempt };
}

/** Arms a timer; one of the same name is replaced. */
export function armFor(timer: TimerName, delayMs: number): SessionEffect {
  return { type: 'armTimer', timer, delayMs };
}

/** The event of a status that is new. Back from a reconnect, it says whether the conversation goes on. */
export function statusChanged(state: SessionState, status: SessionStatus): SessionEffect {
  const resumed = state.status === 'reconnecting' && status === 'connected' ? { isResumed: state.isResumed } : {};
  return { type: 'emit', name: 'statusChanged', event: { status, previous: state.status, ...resumed } };
}

/** The event of an agent state, where it is new. */
export function agentStateChange(state: SessionState, agentState: AgentState): SessionEffect[] {
  if (state.agentState === agentState) return [];
  return [{ type: 'emit', name: 'agentStateChanged', event: { agentState, previous: state.agentState } }];
}

/** Enters an agent state. */
export function changeAgentState(state: SessionState, agentState: AgentState): Transition {
  return { state: { ...state, agentState }, effects: agentStateChange(state, agentState) };
}

/** Reports an error that ends nothing. */
export function emitError(
  state: SessionState,
  code: 'vendor-error' | 'malformed-message',
  happened: string,
  details: Record<string, unknown>,
): Transition {
  return { state, effects: [{ type: 'emit', name: 'error', event: createVoiceError(code, happened, { details }) }] };
}
