// This file is the reducer's part for connections that break: another attempt, or the end.
import type { VoiceError } from '../errors.ts';
import { end } from './reduceEnding.ts';
import { planRetry, recordFailure, STABLE_AFTER_MS, type RetryVerdict } from './retryPolicy.ts';
import type { ReducerSettings, SessionEffect, SessionState, Transition } from './state.ts';
import { abandonAttempt, arm, armFor, clear, isLive, unchanged } from './transitions.ts';

/** How often a hand-over that waits for the agent to finish looks again, in ms. */
const HAND_OVER_PAUSE_MS = 200;

/** Changes the connection between two turns, before the vendor cuts it in the middle of one. */
export function handOver(state: SessionState, settings: ReducerSettings, nowMs: number): Transition {
  if (state.status !== 'connected') return unchanged(state);
  if (state.agentState === 'speaking' || state.agentState === 'thinking') {
    return { state, effects: [armFor('handOver', HAND_OVER_PAUSE_MS)] };
  }
  const verdict = { code: 'connection-lost', retry: 'backoff' } as const;
  return retryOr({ ...state, retry: null }, verdict, settings, nowMs, () => unchanged(state));
}

/** The connection cannot be used: another attempt, where that makes sense, or the end with `error`. */
export function breakConnection(
  state: SessionState,
  verdict: RetryVerdict,
  error: VoiceError,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  if (!isLive(state)) return unchanged(state);
  return retryOr(state, verdict, settings, nowMs, () => end(state, { kind: 'error', error }, false));
}

export function retryOr(
  state: SessionState,
  verdict: RetryVerdict,
  settings: ReducerSettings,
  nowMs: number,
  giveUp: () => Transition,
): Transition {
  const { retryPolicy } = settings;
  // The caller of connect() hears of a failure at once and can try again; only a token may have aged on its way.
  const mayRetry = state.wasConnected || verdict.retry === 'new-credentials';
  if (retryPolicy === null || !mayRetry) return giveUp();
  const wasStable = state.status === 'connected' && nowMs - state.connectedMs >= STABLE_AFTER_MS;
  const retry = recordFailure(wasStable ? null : state.retry, verdict.code, nowMs);
  const delay = planRetry(verdict, retry, retryPolicy, nowMs);
  if (delay === undefined) return giveUp();
  const abandoned = abandonAttempt(state, 'delay', false);
  return {
    state: { ...abandoned.state, retry },
    effects: [...abandoned.effects, { type: 'armRetry', delay }],
  };
}

export function beginRetry(settings: ReducerSettings): SessionEffect[] {
  return [clear('retry'), { type: 'loadCredentials' }, arm('credentials', settings)];
}

/** What an error that is not the vendor's says about trying again. */
export function verdictOfError(error: VoiceError): RetryVerdict {
  return { code: error.code, retry: error.retryable ? 'backoff' : 'never' };
}
