// This file is the reducer's part for what happens around a session: networks change, pages are put away, machines sleep.
import { createVoiceError } from '../errors.ts';
import { arm } from './connectTimers.ts';
import { end } from './reduceEnding.ts';
import { breakConnection } from './reduceRetry.ts';
import type { ReducerSettings, SessionState, Transition } from './state.ts';
import { abandonAttempt, isLive, loadCredentials, unchanged } from './transitions.ts';

/**
 * A connection is not even asked after a sleep of this length, in ms: servers and routers have forgotten it, and nobody
 * waits for the rest of what the agent said. Longer than the minute at which hidden pages get their timers.
 */
const FORGOTTEN_AFTER_MS = 65_000;

/** No reason to wait any longer, and none to trust what was begun without a network. */
export function meetNetwork(state: SessionState, settings: ReducerSettings): Transition {
  if (state.status === 'connected') return check(state);
  const { phase } = state;
  if (phase === 'delay') return tryNow(state, settings);
  const isEarly = phase === 'credentials' || phase === 'socket';
  return state.status === 'reconnecting' && isEarly ? tryNow(state, settings) : unchanged(state);
}

/** The network is another one: a connection that did not survive it is better found now than later. */
export function checkNetwork(state: SessionState): Transition {
  return state.status === 'connected' ? check(state) : unchanged(state);
}

/** Nothing ran for a while. */
export function wakeUp(state: SessionState, sleptMs: number, settings: ReducerSettings, nowMs: number): Transition {
  if (state.status !== 'connected' || sleptMs < FORGOTTEN_AFTER_MS) return meetNetwork(state, settings);
  const verdict = { code: 'connection-lost', retry: 'backoff' } as const;
  const error = createVoiceError('connection-lost', `Nothing ran here for ${Math.round(sleptMs / 1000)} s.`, {
    details: { sleptMs },
  });
  const { state: next, effects } = breakConnection(state, verdict, error, settings, nowMs);
  return { state: next, effects: [{ type: 'silenceAgent' }, ...effects] };
}

/** The page is put away, perhaps for good: the server hears of it now, as long as there is time. */
export function suspend(state: SessionState, settings: ReducerSettings): Transition {
  // Audio that is still starting goes on when the page does.
  if (!isLive(state) || state.phase === 'audio' || state.phase === 'away') return unchanged(state);
  if (settings.retryPolicy === null) {
    return end(state, { kind: 'reason', reason: { code: 'suspended', isRetryable: true } }, false);
  }
  const { state: next, effects } = abandonAttempt(state, 'away', 'quick');
  return { state: { ...next, retry: null }, effects };
}

/** The page is back. */
export function resume(state: SessionState, settings: ReducerSettings): Transition {
  return state.phase === 'away' ? tryNow(state, settings) : checkNetwork(state);
}

function check(state: SessionState): Transition {
  return { state, effects: [{ type: 'checkConnection' }] };
}

function tryNow(state: SessionState, settings: ReducerSettings): Transition {
  const { state: next, effects } = abandonAttempt(state, 'credentials', 'none');
  return { state: next, effects: [...effects, loadCredentials(next), arm('credentials', settings)] };
}
