// This file decides everything a session does, as one pure function; samples never pass through it.
//
// | from                | input                          | to            | effects                                         |
// | ------------------- | ------------------------------ | ------------- | ----------------------------------------------- |
// | disconnected/failed | connectRequested               | connecting    | startAudio (phase audio)                        |
// | connecting audio    | audioStarted                   | …credentials  | loadCredentials, arm credentials                |
// | …credentials        | credentialsArrived             | …socket       | openSocket, arm socket                          |
// | …socket             | socketOpened                   | …acceptance   | greetVendor, arm acceptance                     |
// | …acceptance         | vendor: sessionAccepted        | …agent        | arm agent                                       |
// | connecting/connected| vendor: uplinkOpened / -Closed | same          | openGate / closeGate                            |
// | …agent              | vendor: agentReady, agentHeard | connected     | settleConnect                                   |
// | …agent              | timer agent                    | connected     | settleConnect, error agent-not-ready            |
// | connecting          | timer (others)                 | disconnecting | release                                         |
// | connecting/connected| failed, socketClosed           | disconnecting | release                                         |
// | connecting/connected| vendor: sessionEnded           | disconnecting | release, letting the agent finish               |
// | any but ended       | disconnectRequested            | disconnecting | release                                         |
// | disconnecting       | released                       | disconnected, | settleConnect(error) or disconnected event,     |
// |                     |                                | failed        | settleDisconnect                                |
import { createVoiceError, type VoiceError } from '../errors.ts';
import type { DisconnectReason } from './disconnectReason.ts';
import { endingOfClose, endingOfVendor, errorOfTimer } from './endings.ts';
import type { AgentState, SessionStatus } from './events.ts';
import type {
  Ending,
  ReducerSettings,
  SessionEffect,
  SessionInput,
  SessionState,
  TimerName,
  Transition,
} from './state.ts';

type InputOf<Type extends SessionInput['type']> = Extract<SessionInput, { type: Type }>;

/** The next state, and what is to be done. Same arguments, same result. */
export function reduce(state: SessionState, input: SessionInput, settings: ReducerSettings): Transition {
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
      return hearVendor(state, input, settings);
    case 'agentHeard':
      return becomeConnected(state);
    case 'socketClosed':
      return isLive(state)
        ? end(state, state.ending ?? endingOfClose(input.verdict, input.closeCode), state.ending !== null)
        : unchanged(state);
    case 'timerFired':
      return meetTimeout(state, input.timer, settings);
    case 'failed':
      return isLive(state) ? end(state, { kind: 'error', error: input.error }, false) : unchanged(state);
    case 'agentSpeech':
      return hearAgent(state, input.isAudible);
    case 'released':
      return finish(state);
  }
}

function requestConnect(state: SessionState): Transition {
  if (state.status !== 'disconnected' && state.status !== 'failed') return unchanged(state);
  const next: SessionState = {
    status: 'connecting',
    phase: 'audio',
    attempt: state.attempt + 1,
    isAccepted: false,
    wasConnected: false,
    agentState: 'idle',
    ending: null,
  };
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
  if (state.status !== 'connecting' || state.phase !== from) return unchanged(state);
  return { state: { ...state, phase: to }, effects };
}

function hearVendor(state: SessionState, input: InputOf<'vendorSaid'>, settings: ReducerSettings): Transition {
  const { event } = input;
  if (!isLive(state)) return unchanged(state);
  switch (event.type) {
    case 'sessionAccepted':
      if (state.isAccepted) return unchanged(state);
      return {
        state: { ...state, isAccepted: true, phase: 'agent' },
        effects: [clear('acceptance'), arm('agent', settings)],
      };
    case 'uplinkOpened':
      return { state, effects: [{ type: 'openGate' }] };
    case 'uplinkClosed':
      return { state, effects: [{ type: 'closeGate' }] };
    case 'agentReady':
      return becomeConnected(state);
    case 'sessionEnded':
      return end(state, endingOfVendor(event), true);
    case 'vendorError':
      // While connecting a close follows and its verdict carries the same words: one failure, one error.
      if (state.status === 'connecting') return unchanged(state);
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

function becomeConnected(state: SessionState): Transition {
  if (state.status !== 'connecting' || !state.isAccepted) return unchanged(state);
  const next: SessionState = {
    ...state,
    status: 'connected',
    phase: null,
    wasConnected: true,
    agentState: 'listening',
  };
  return {
    state: next,
    effects: [
      clear('agent'),
      statusChanged(state, 'connected'),
      ...agentStateChange(state, 'listening'),
      { type: 'settleConnect' },
    ],
  };
}

function meetTimeout(state: SessionState, timer: TimerName, settings: ReducerSettings): Transition {
  if (!isLive(state)) return unchanged(state);
  const error = errorOfTimer(timer, settings.timeouts);
  if (timer !== 'agent') return end(state, { kind: 'error', error }, false);
  const connected = becomeConnected(state);
  return { state: connected.state, effects: [...connected.effects, { type: 'emit', name: 'error', event: error }] };
}

function hearAgent(state: SessionState, isAudible: boolean): Transition {
  if (state.status !== 'connected') return unchanged(state);
  const agentState: AgentState = isAudible ? 'speaking' : 'listening';
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
  } else {
    effects.push({ type: 'settleConnect', error: connectErrorOf(ending) });
  }
  effects.push({ type: 'settleDisconnect' });
  return { state: { ...state, status, agentState: 'idle', isAccepted: false, ending: null }, effects };
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

const ALL_TIMERS: readonly TimerName[] = ['credentials', 'socket', 'acceptance', 'agent'];

function isLive(state: SessionState): boolean {
  return state.status === 'connecting' || state.status === 'connected';
}

function unchanged(state: SessionState): Transition {
  return { state, effects: [] };
}

function clear(timer: TimerName): SessionEffect {
  return { type: 'clearTimer', timer };
}

function arm(timer: TimerName, { timeouts }: ReducerSettings): SessionEffect {
  const delayMs = {
    credentials: timeouts.credentialsMs,
    socket: timeouts.connectMs,
    acceptance: timeouts.acceptMs,
    agent: timeouts.agentReadyMs,
  }[timer];
  return { type: 'armTimer', timer, delayMs };
}

function statusChanged(state: SessionState, status: SessionStatus): SessionEffect {
  return { type: 'emit', name: 'statusChanged', event: { status, previous: state.status } };
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
