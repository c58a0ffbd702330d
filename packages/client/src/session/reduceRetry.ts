// This file is the reducer's part for connections that break: another attempt, or the end.
import { createVoiceError, type VoiceError } from '../errors.ts';
import { arm } from './connectTimers.ts';
import { end } from './reduceEnding.ts';
import { planRetry, recordFailure, STABLE_AFTER_MS, type RetryVerdict } from './retryPolicy.ts';
import { adopt } from './reduceHandOver.ts';
import type { ReducerSettings, SessionState, Transition } from './state.ts';
import { abandonAttempt, clear, isConnecting, isLive, loadCredentials, unchanged } from './transitions.ts';

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

/** Whether a refusal means the conversation that was to be taken up again, and no other thing. */
export function isAboutConversation(code: RetryVerdict['code']): boolean {
  return code === 'conversation-not-found' || code === 'conversation-busy';
}

/** A server that does not take the conversation up again whose last connection ended `leftForMs` ago. */
interface Refusal {
  readonly verdict: RetryVerdict;
  readonly leftForMs: number;
  readonly cause: VoiceError;
}

/**
 * The server does not take the old conversation up again. Where it does not come free in time either, the session ends; the
 * next `connect()` begins a new conversation, which nobody should be put into without having asked for it. A session that
 * may not wait for so long ends without forgetting: a new conversation would be refused as well, as the old one is
 * unfinished.
 */
export function refuseResume(
  state: SessionState,
  { verdict, leftForMs, cause }: Refusal,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  const isHeld = leftForMs < (verdict.maxRetryMs ?? 0);
  const details = { cause, details: { ...cause.details, leftForMs } };
  const error = isHeld
    ? createVoiceError('conversation-held', 'The server still holds the lost connection.', details)
    : createVoiceError('conversation-gone', 'The server does not take the old conversation up again.', details);
  const { state: next, effects } = breakConnection(state, verdict, error, settings, nowMs);
  if (isHeld || next.status !== 'disconnecting') return { state: next, effects };
  return { state: next, effects: [{ type: 'forgetConversation' }, ...effects] };
}

/** Another attempt, where `verdict` and budget allow one, or whatever `giveUp` makes of it. */
export function retryOr(
  state: SessionState,
  verdict: RetryVerdict,
  settings: ReducerSettings,
  nowMs: number,
  giveUp: () => Transition,
): Transition {
  const { retryPolicy } = settings;
  const { successor } = state;
  if (successor?.phase === 'ready' && verdict.retry !== 'none') return adopt(state, successor, settings, nowMs);
  // The caller of connect() hears of a failure at once and can try again; only a token may have aged on its way.
  const mayRetry = state.wasConnected || verdict.retry === 'new-credentials';
  if (retryPolicy === null || !mayRetry) return giveUp();
  const wasStable = state.status === 'connected' && nowMs - state.connectedMs >= STABLE_AFTER_MS;
  const retry = recordFailure(wasStable ? null : state.retry, verdict.code, nowMs);
  const delay = planRetry(verdict, retry, retryPolicy, nowMs);
  if (delay === undefined) return giveUp();
  const abandoned = abandonAttempt(state, 'delay', 'none');
  return {
    state: { ...abandoned.state, retry },
    effects: [...abandoned.effects, { type: 'armRetry', delay }],
  };
}

/** The wait before an attempt is over. */
export function beginRetry(state: SessionState, settings: ReducerSettings): Transition {
  if (!isConnecting(state) || state.phase !== 'delay') return unchanged(state);
  const effects = [clear('retry'), loadCredentials(state), arm('credentials', settings)];
  return { state: { ...state, phase: 'credentials' }, effects };
}

/** What an error that is not the vendor's says about trying again. */
export function verdictOfError(error: VoiceError): RetryVerdict {
  return { code: error.code, retry: error.retryable ? 'backoff' : 'never' };
}
