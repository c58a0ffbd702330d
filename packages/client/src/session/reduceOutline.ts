// This file is the reducer's part for the outline of every session: that it begins, and that it ends. It is all there is to
// decide before the code for a call is there; the table is in reduce.ts.
import { end, finish } from './reduceEnding.ts';
import { INITIAL_STATE, type SessionInput, type SessionState, type Transition } from './state.ts';
import { isLive, nextAttempt, statusChanged, unchanged } from './transitions.ts';

/** As `reduce`, for inputs that a session without a connection knows; others change nothing. */
export function reduceOutline(state: SessionState, input: SessionInput): Transition {
  switch (input.type) {
    case 'connectRequested':
      return requestConnect(state);
    case 'disconnectRequested':
      return requestDisconnect(state);
    case 'audioFailed':
      return isLive(state) ? end(state, { kind: 'error', error: input.error }, false) : unchanged(state);
    case 'released':
      return finish(state);
    default:
      return unchanged(state);
  }
}

function requestConnect(state: SessionState): Transition {
  if (state.status !== 'disconnected' && state.status !== 'failed') return unchanged(state);
  const next: SessionState = { ...INITIAL_STATE, status: 'connecting', phase: 'audio', ...nextAttempt(state) };
  return { state: next, effects: [statusChanged(state, 'connecting'), { type: 'startAudio' }] };
}

function requestDisconnect(state: SessionState): Transition {
  if (state.status === 'disconnected' || state.status === 'failed') {
    return { state, effects: [{ type: 'settleDisconnect' }] };
  }
  if (state.status === 'disconnecting') {
    // A user who does not want to hear the agent out: the same teardown again, without the wait.
    return { state, effects: [{ type: 'release', letAgentFinish: false, awaitServerClose: false }] };
  }
  return end(state, { kind: 'reason', reason: { code: 'user', isRetryable: true } }, false);
}
