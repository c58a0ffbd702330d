// This file is the reducer's part for the end of a session: how it begins, and what is told when it is done.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import type { SessionStatus } from './status.ts';
import type { Ending, SessionEffect, SessionState, Transition } from './state.ts';
import { agentStateChange, ALL_TIMERS, clear, statusChanged, unchanged } from './transitions.ts';

/** Begins the teardown. `isServersWish`: the server ended it, so what it said before is still played. */
export function end(state: SessionState, ending: Ending, isServersWish: boolean): Transition {
  const release: SessionEffect = {
    type: 'release',
    letAgentFinish: isServersWish && state.wasConnected,
    awaitServerClose: isServersWish,
  };
  return {
    state: { ...state, status: 'disconnecting', phase: null, ending, successor: null },
    effects: [
      ...ALL_TIMERS.map(clear),
      ...(state.successor === null ? [] : [{ type: 'dropSuccessor' } as const]),
      statusChanged(state, 'disconnecting'),
      release,
    ],
  };
}

/** Everything is released. */
export function finish(state: SessionState): Transition {
  if (state.status !== 'disconnecting' || state.ending === null) return unchanged(state);
  const { ending } = state;
  const isFailure = ending.kind === 'error';
  const status: SessionStatus = isFailure ? 'failed' : 'disconnected';
  const effects: SessionEffect[] = [
    // First the promises: a listener of what follows may call connect(), whose new promise is none of theirs. Somebody may
    // also wait for a connection that was to come back.
    { type: 'settleConnect', error: connectErrorOf(ending) },
    { type: 'settleDisconnect' },
    ...agentStateChange(state, 'idle'),
    statusChanged(state, status),
  ];
  if (state.wasConnected) {
    if (isFailure) effects.push({ type: 'emit', name: 'error', event: ending.error });
    effects.push({ type: 'emit', name: 'disconnected', event: reasonOf(ending) });
  }
  const ended: SessionState = { ...state, status, agentState: 'idle', isAccepted: false, ending: null, retry: null };
  return { state: ended, effects };
}

function reasonOf(ending: Ending): DisconnectReason {
  if (ending.kind === 'reason') return ending.reason;
  const { error } = ending;
  return { code: error.code, isRetryable: error.retryable, error };
}

function connectErrorOf(ending: Ending): VoiceError {
  if (ending.kind === 'error') return ending.error;
  const { reason } = ending;
  if (reason.code === 'user' || reason.code === 'suspended')
    return createVoiceError('connect-aborted', 'The connection attempt was given up.');
  return createVoiceError('closed-by-server', 'The server ended the session before the agent was ready.', {
    details: { reason: reason.code, vendorReason: reason.vendorReason },
  });
}
