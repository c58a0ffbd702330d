// This file decides everything a session does, as one pure function; samples never pass through it.
//
// | from                   | input                          | to            | effects                                    |
// | ---------------------- | ------------------------------ | ------------- | ------------------------------------------ |
// | disconnected/failed    | connectRequested               | connecting    | startAudio (phase audio)                   |
// | connecting audio       | audioStarted                   | …credentials  | loadCredentials, arm credentials           |
// | …credentials           | credentialsArrived             | …socket       | openSocket, arm socket                     |
// | …socket                | socketOpened                   | …acceptance   | greetVendor, arm acceptance                |
// | …acceptance            | vendor: sessionAccepted        | …agent        | arm agent                                  |
// | any live               | vendor: uplinkOpened / -Closed | same          | openGate / closeGate                       |
// | …agent                 | vendor: agentReady, agentHeard | connected     | settleConnect                              |
// | …agent                 | timer agent                    | connected     | settleConnect, error agent-not-ready       |
// | connected/reconnecting | connection breaks, retry left  | reconnecting  | dropConnection, arm retry (phase delay)    |
// | connecting             | token refused, once            | connecting    | dropConnection, arm retry (phase delay)    |
// | …delay                 | timer retry, networkReturned   | …credentials  | loadCredentials, arm credentials           |
// | connected              | timer handOver, agent silent   | reconnecting  | as a break, without delay                  |
// | any live               | connection breaks, none left   | disconnecting | release                                    |
// | any live               | audioFailed                    | disconnecting | release                                    |
// | any live               | vendor: sessionEnded           | disconnecting | release, letting the agent finish          |
// | any but ended          | disconnectRequested            | disconnecting | release                                    |
// | disconnecting          | released                       | disconnected, | settleConnect(error) or disconnected event,|
// |                        |                                | failed        | settleDisconnect                           |
//
// Live: connecting, connected or reconnecting. A reconnecting attempt goes through the same phases as the first one.
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import { endingOfClose, endingOfVendor, errorOfTimer } from './endings.ts';
import type { AgentState, SessionStatus } from './events.ts';
import { planRetry, recordFailure, STABLE_AFTER_MS, type RetryVerdict } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type Ending,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type TimerName,
  type Transition,
} from './state.ts';

type InputOf<Type extends SessionInput['type']> = Extract<SessionInput, { type: Type }>;

/** The next state, and what is to be done. Same arguments, same result. @param nowMs Session clock. */
export function reduce(state: SessionState, input: SessionInput, settings: ReducerSettings, nowMs: number): Transition {
  if ('attempt' in input && input.attempt !== state.attempt) return unchanged(state);
  switch (input.type) {
    case 'connectRequested':
      return requestConnect(state);
    case 'disconnectRequested':
      return requestDisconnect(state);
    case 'audioStarted':
      return advance(state, 'audio', 'credentials', [{ type: 'loadCredentials' }, arm('credentials', settings)]);
    case 'credentialsArrived':
      return advance(state, 'credentials', 'socket', [
        clear('credentials'),
        { type: 'openSocket' },
        arm('socket', settings),
      ]);
    case 'socketOpened':
      // The timer first: greeting the vendor can, in one process, bring the answer at once.
      return advance(state, 'socket', 'acceptance', [
        clear('socket'),
        arm('acceptance', settings),
        { type: 'greetVendor' },
      ]);
    case 'vendorSaid':
      return hearVendor(state, input, settings, nowMs);
    case 'agentHeard':
      return becomeConnected(state, settings, nowMs);
    case 'socketClosed':
      return meetClose(state, input, settings, nowMs);
    case 'connectionStalled': {
      const verdict = { code: 'connection-lost', retry: 'backoff' } as const;
      const details = { stalledMs: input.stalledMs };
      const error = createVoiceError('connection-lost', 'Nothing gets through to the server any more.', { details });
      return breakConnection(state, verdict, error, settings, nowMs);
    }
    case 'timerFired':
      return meetTimer(state, input.timer, settings, nowMs);
    case 'audioFailed':
      return isLive(state) ? end(state, { kind: 'error', error: input.error }, false) : unchanged(state);
    case 'attemptFailed':
      return breakConnection(state, verdictOfError(input.error), input.error, settings, nowMs);
    case 'agentSpeech':
      return hearAgent(state, input.isAudible);
    case 'networkReturned':
      return advance(state, 'delay', 'credentials', beginRetry(settings));
    case 'released':
      return finish(state);
  }
}

function requestConnect(state: SessionState): Transition {
  if (state.status !== 'disconnected' && state.status !== 'failed') return unchanged(state);
  const next: SessionState = { ...INITIAL_STATE, status: 'connecting', phase: 'audio', attempt: state.attempt + 1 };
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

function advance(
  state: SessionState,
  from: SessionState['phase'],
  to: SessionState['phase'],
  effects: SessionEffect[],
): Transition {
  if (!isConnecting(state) || state.phase !== from) return unchanged(state);
  return { state: { ...state, phase: to }, effects };
}

function hearVendor(
  state: SessionState,
  input: InputOf<'vendorSaid'>,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  const { event } = input;
  if (!isLive(state)) return unchanged(state);
  switch (event.type) {
    case 'sessionAccepted':
      if (state.isAccepted) return unchanged(state);
      return {
        state: { ...state, isAccepted: true, isResumed: event.isResumed === true, phase: 'agent' },
        effects: [clear('acceptance'), arm('agent', settings)],
      };
    case 'uplinkOpened':
      return { state, effects: [{ type: 'openGate' }] };
    case 'uplinkClosed':
      return { state, effects: [{ type: 'closeGate' }] };
    case 'agentReady':
      return becomeConnected(state, settings, nowMs);
    case 'userSpeechStarted':
      return state.agentState === 'thinking' ? changeAgentState(state, 'listening') : unchanged(state);
    case 'userSpeechEnded':
      return state.agentState === 'listening' ? changeAgentState(state, 'thinking') : unchanged(state);
    case 'turnCompleted':
      return state.agentState === 'thinking' ? changeAgentState(state, 'listening') : unchanged(state);
    case 'sessionEnded':
      return hearFarewell(state, event, settings, nowMs);
    case 'vendorError':
      // While connecting a close follows and its verdict carries the same words: one failure, one error.
      if (state.status !== 'connected') return unchanged(state);
      return emitError(state, 'vendor-error', 'The vendor reported an error.', {
        vendorCode: event.vendorCode,
        vendorMessage: event.vendorMessage,
      });
    case 'malformedMessage':
      return emitError(state, 'malformed-message', 'A message from the server could not be read.', {
        issues: event.issues,
      });
    case 'unknownMessage':
      return { state, effects: [{ type: 'emit', name: 'unknownMessage', event: { messageType: event.messageType } }] };
    default:
      // What the engine does not use yet changes nothing.
      return unchanged(state);
  }
}

/** A server that goes down comes back; whoever else says goodbye means it. */
function hearFarewell(
  state: SessionState,
  event: Extract<InputOf<'vendorSaid'>['event'], { type: 'sessionEnded' }>,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  const ending = endingOfVendor(event);
  if (event.cause !== 'server-shutdown' || !state.wasConnected) return end(state, ending, true);
  const verdict = { code: 'server-shutdown', retry: 'backoff' } as const;
  return retryOr(state, verdict, settings, nowMs, () => end(state, ending, true));
}

function becomeConnected(state: SessionState, settings: ReducerSettings, nowMs: number): Transition {
  if (!isConnecting(state) || !state.isAccepted) return unchanged(state);
  const next: SessionState = {
    ...state,
    status: 'connected',
    phase: null,
    wasConnected: true,
    connectedMs: nowMs,
    agentState: state.agentState === 'idle' ? 'listening' : state.agentState,
  };
  const { handOverAfterMs } = settings;
  return {
    state: next,
    effects: [
      clear('agent'),
      statusChanged(state, 'connected'),
      ...agentStateChange(state, next.agentState),
      ...(handOverAfterMs === null ? [] : [armFor('handOver', handOverAfterMs)]),
      { type: 'settleConnect' },
    ],
  };
}

function meetClose(
  state: SessionState,
  { verdict, closeCode }: InputOf<'socketClosed'>,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  if (!isLive(state)) return unchanged(state);
  const ending = endingOfClose(verdict, closeCode);
  if (ending.kind === 'reason') return end(state, ending, false);
  return breakConnection(state, verdict, ending.error, settings, nowMs);
}

function meetTimer(state: SessionState, timer: TimerName, settings: ReducerSettings, nowMs: number): Transition {
  if (!isLive(state)) return unchanged(state);
  if (timer === 'retry') return advance(state, 'delay', 'credentials', beginRetry(settings));
  if (timer === 'handOver') return handOver(state, settings, nowMs);
  const error = errorOfTimer(timer, settings.timeouts);
  if (timer !== 'agent') return breakConnection(state, verdictOfError(error), error, settings, nowMs);
  const connected = becomeConnected(state, settings, nowMs);
  return { state: connected.state, effects: [...connected.effects, { type: 'emit', name: 'error', event: error }] };
}

/** Changes the connection between two turns, before the vendor cuts it in the middle of one. */
function handOver(state: SessionState, settings: ReducerSettings, nowMs: number): Transition {
  if (state.status !== 'connected') return unchanged(state);
  if (state.agentState === 'speaking' || state.agentState === 'thinking') {
    return { state, effects: [armFor('handOver', HAND_OVER_PAUSE_MS)] };
  }
  const verdict = { code: 'connection-lost', retry: 'backoff' } as const;
  return retryOr({ ...state, retry: null, connectedMs: -Infinity }, verdict, settings, nowMs, () => unchanged(state));
}

/** The connection cannot be used: another attempt, where that makes sense, or the end with `error`. */
function breakConnection(
  state: SessionState,
  verdict: RetryVerdict,
  error: VoiceError,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  if (!isLive(state)) return unchanged(state);
  return retryOr(state, verdict, settings, nowMs, () => end(state, { kind: 'error', error }, false));
}

function retryOr(
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
  const status: SessionStatus = state.wasConnected ? 'reconnecting' : 'connecting';
  return {
    state: {
      ...state,
      status,
      phase: 'delay',
      attempt: state.attempt + 1,
      isAccepted: false,
      isResumed: false,
      retry,
    },
    effects: [
      ...ALL_TIMERS.map(clear),
      ...(state.status === status ? [] : [statusChanged(state, status)]),
      { type: 'dropConnection' },
      { type: 'armRetry', delay },
    ],
  };
}

function beginRetry(settings: ReducerSettings): SessionEffect[] {
  return [clear('retry'), { type: 'loadCredentials' }, arm('credentials', settings)];
}

/** What an error that is not the vendor's says about trying again. */
function verdictOfError(error: VoiceError): RetryVerdict {
  return { code: error.code, retry: error.retryable ? 'backoff' : 'never' };
}

function hearAgent(state: SessionState, isAudible: boolean): Transition {
  if (state.status !== 'connected' && state.status !== 'reconnecting') return unchanged(state);
  return changeAgentState(state, isAudible ? 'speaking' : 'listening');
}

function changeAgentState(state: SessionState, agentState: AgentState): Transition {
  return { state: { ...state, agentState }, effects: agentStateChange(state, agentState) };
}

/** Begins the teardown. `isServersWish`: the server ended it, so what it said before is still played. */
function end(state: SessionState, ending: Ending, isServersWish: boolean): Transition {
  const release: SessionEffect = {
    type: 'release',
    letAgentFinish: isServersWish && state.wasConnected,
    awaitServerClose: isServersWish,
  };
  return {
    state: { ...state, status: 'disconnecting', phase: null, ending },
    effects: [...ALL_TIMERS.map(clear), statusChanged(state, 'disconnecting'), release],
  };
}

function finish(state: SessionState): Transition {
  if (state.status !== 'disconnecting' || state.ending === null) return unchanged(state);
  const { ending } = state;
  const isFailure = ending.kind === 'error';
  const status: SessionStatus = isFailure ? 'failed' : 'disconnected';
  const effects: SessionEffect[] = [...agentStateChange(state, 'idle'), statusChanged(state, status)];
  if (state.wasConnected) {
    if (isFailure) effects.push({ type: 'emit', name: 'error', event: ending.error });
    effects.push({ type: 'emit', name: 'disconnected', event: reasonOf(ending) });
  }
  // Somebody may wait for a connection that was to come back.
  effects.push({ type: 'settleConnect', error: connectErrorOf(ending) }, { type: 'settleDisconnect' });
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
  if (reason.code === 'user') return createVoiceError('connect-aborted', 'The connection attempt was given up.');
  return createVoiceError('closed-by-server', 'The server ended the session before the agent was ready.', {
    details: { reason: reason.code, vendorReason: reason.vendorReason },
  });
}

const ALL_TIMERS: readonly TimerName[] = ['credentials', 'socket', 'acceptance', 'agent', 'retry', 'handOver'];

/** How often a hand-over that waits for the agent to finish looks again, in ms. */
const HAND_OVER_PAUSE_MS = 200;

/** On the way to a connection, the first one or another. */
function isConnecting(state: SessionState): boolean {
  return state.status === 'connecting' || state.status === 'reconnecting';
}

function isLive(state: SessionState): boolean {
  return isConnecting(state) || state.status === 'connected';
}

function unchanged(state: SessionState): Transition {
  return { state, effects: [] };
}

function clear(timer: TimerName): SessionEffect {
  return { type: 'clearTimer', timer };
}

function arm(timer: 'credentials' | 'socket' | 'acceptance' | 'agent', { timeouts }: ReducerSettings): SessionEffect {
  const delayMs = {
    credentials: timeouts.credentialsMs,
    socket: timeouts.connectMs,
    acceptance: timeouts.acceptMs,
    agent: timeouts.agentReadyMs,
  }[timer];
  return armFor(timer, delayMs);
}

function armFor(timer: TimerName, delayMs: number): SessionEffect {
  return { type: 'armTimer', timer, delayMs };
}

function statusChanged(state: SessionState, status: SessionStatus): SessionEffect {
  const resumed = state.status === 'reconnecting' && status === 'connected' ? { isResumed: state.isResumed } : {};
  return { type: 'emit', name: 'statusChanged', event: { status, previous: state.status, ...resumed } };
}

function agentStateChange(state: SessionState, agentState: AgentState): SessionEffect[] {
  if (state.agentState === agentState) return [];
  return [{ type: 'emit', name: 'agentStateChanged', event: { agentState, previous: state.agentState } }];
}

function emitError(
  state: SessionState,
  code: 'vendor-error' | 'malformed-message',
  happened: string,
  details: Record<string, unknown>,
): Transition {
  return { state, effects: [{ type: 'emit', name: 'error', event: createVoiceError(code, happened, { details }) }] };
}
