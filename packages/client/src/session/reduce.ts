// This file decides everything a session does, as one pure function; samples never pass through it. The rows marked with a
// star are in reduceOutline.ts: they hold before the code for a call is there, too.
//
// | from                   | input                          | to            | effects                                    |
// | ---------------------- | ------------------------------ | ------------- | ------------------------------------------ |
// | disconnected/failed    | connectRequested *             | connecting    | startAudio (phase audio)                   |
// | connecting audio       | audioStarted                   | …credentials  | loadCredentials, arm credentials           |
// | …credentials           | credentialsArrived             | …socket       | openSocket, arm socket                     |
// | …socket                | socketOpened                   | …acceptance   | greetVendor, arm acceptance                |
// | …acceptance            | vendor: sessionAccepted        | …agent        | arm agent                                  |
// | any live               | vendor: uplinkOpened / -Closed | same          | openGate / closeGate                       |
// | …agent                 | vendor: agentReady, agentHeard | connected     | settleConnect                              |
// | …agent                 | timer agent                    | connected     | settleConnect, error agent-not-ready       |
// | connected/reconnecting | connection breaks, retry left  | reconnecting  | dropConnection, arm retry (phase delay)    |
// | connecting             | token refused, once            | connecting    | dropConnection, arm retry (phase delay)    |
// | any live               | old conversation refused       | as a break    | forgetConversation, when that is the end   |
// | …delay                 | timer retry, networkReturned,  | …credentials  | loadCredentials, arm credentials           |
// |                        | woke                           |               |                                            |
// | connected              | network…, resumed, woke        | connected     | checkConnection                            |
// | connected              | woke after 65 s                | reconnecting  | as a break, and silenceAgent               |
// | live, audio started    | suspended                      | …away         | dropConnection, taking leave               |
// | …away                  | resumed                        | …credentials  | loadCredentials, arm credentials           |
// | connected              | timer handOver                 | see reduceHandOver.ts                                      |
// | …delay                 | connectionLeft                 | …credentials  | loadCredentials, arm credentials           |
// | any live               | connection breaks, none left   | disconnecting | release                                    |
// | any live               | audioFailed *                  | disconnecting | release                                    |
// | any live               | vendor: sessionEnded           | disconnecting | release, letting the agent finish          |
// | any but ended          | disconnectRequested *          | disconnecting | release                                    |
// | disconnecting          | released *                     | disconnected, | settleConnect(error) or disconnected event,|
// |                        |                                | failed        | settleDisconnect                           |
//
// Live: connecting, connected or reconnecting. A reconnecting attempt goes through the same phases as the first one.
import { createVoiceError } from '../errors.ts';
import { arm, errorOfTimer } from './connectTimers.ts';
import { endingOfClose, endingOfVendor } from './endings.ts';
import { end } from './reduceEnding.ts';
import { followSuccessor, handOver } from './reduceHandOver.ts';
import { reduceOutline } from './reduceOutline.ts';
import {
  beginRetry,
  breakConnection,
  isAboutConversation,
  refuseResume,
  retryOr,
  verdictOfError,
} from './reduceRetry.ts';
import { heedCloseCode } from './retryPolicy.ts';
import { checkNetwork, meetNetwork, resume, suspend, wakeUp } from './reduceSurroundings.ts';
import type { ReducerSettings, SessionEffect, SessionInput, SessionState, TimerName, Transition } from './state.ts';
import {
  agentStateChange,
  armFor,
  changeAgentState,
  clear,
  emitError,
  isConnecting,
  isLive,
  loadCredentials,
  statusChanged,
  unchanged,
} from './transitions.ts';

type InputOf<Type extends SessionInput['type']> = Extract<SessionInput, { type: Type }>;

/** The next state, and what is to be done. Same arguments, same result. @param nowMs Session clock. */
export function reduce(state: SessionState, input: SessionInput, settings: ReducerSettings, nowMs: number): Transition {
  if ('attempt' in input && input.attempt !== state.attempt) {
    return input.attempt === state.successor?.attempt ? followSuccessor(state, input, settings) : unchanged(state);
  }
  switch (input.type) {
    case 'connectRequested':
    case 'disconnectRequested':
    case 'audioFailed':
    case 'released':
      return reduceOutline(state, input);
    case 'audioStarted':
      return advance(state, 'audio', 'credentials', [loadCredentials(state), arm('credentials', settings)]);
    case 'credentialsArrived':
      return advance(state, 'credentials', 'socket', [
        clear('credentials'),
        { type: 'openSocket', attempt: state.attempt },
        arm('socket', settings),
      ]);
    case 'socketOpened':
      // The timer first: greeting the vendor can, in one process, bring the answer at once.
      return advance(state, 'socket', 'acceptance', [
        clear('socket'),
        arm('acceptance', settings),
        { type: 'greetVendor', attempt: state.attempt },
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
    case 'attemptFailed':
      return breakConnection(state, verdictOfError(input.error), input.error, settings, nowMs);
    case 'agentSpeech':
      return hearAgent(state, input.isAudible);
    case 'userSpeech':
      return { state: { ...state, isUserSpeaking: input.isSpeaking }, effects: [] };
    case 'connectionLeft':
      return beginRetry(state, settings);
    case 'networkReturned':
      return meetNetwork(state, settings);
    case 'networkChanged':
      return checkNetwork(state);
    case 'suspended':
      return suspend(state, settings);
    case 'resumed':
      return resume(state, settings);
    case 'woke':
      return wakeUp(state, input.sleptMs, settings, nowMs);
  }
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
      // Before listeners hear of it: what waited to be said goes first, and what they ask for finds the connection.
      { type: 'settleConnect' },
      statusChanged(state, 'connected'),
      ...agentStateChange(state, next.agentState),
      ...(handOverAfterMs === null ? [] : [armFor('handOver', handOverAfterMs)]),
    ],
  };
}

function meetClose(
  state: SessionState,
  { verdict: said, closeCode, leftForMs }: InputOf<'socketClosed'>,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  if (!isLive(state)) return unchanged(state);
  const verdict = heedCloseCode(said, closeCode);
  const ending = endingOfClose(verdict, closeCode);
  if (ending.kind === 'reason') return end(state, ending, false);
  const isRefusal = leftForMs !== null && !state.isAccepted;
  if (isRefusal && isAboutConversation(verdict.code))
    return refuseResume(state, { verdict, leftForMs, cause: ending.error }, settings, nowMs);
  return breakConnection(state, verdict, ending.error, settings, nowMs);
}

function meetTimer(state: SessionState, timer: TimerName, settings: ReducerSettings, nowMs: number): Transition {
  if (!isLive(state)) return unchanged(state);
  if (timer === 'retry') return beginRetry(state, settings);
  if (timer === 'handOver') return handOver(state, settings, nowMs);
  const error = errorOfTimer(timer, settings.timeouts);
  if (timer !== 'agent') return breakConnection(state, verdictOfError(error), error, settings, nowMs);
  const connected = becomeConnected(state, settings, nowMs);
  return { state: connected.state, effects: [...connected.effects, { type: 'emit', name: 'error', event: error }] };
}

function hearAgent(state: SessionState, isAudible: boolean): Transition {
  if (state.status !== 'connected' && state.status !== 'reconnecting') return unchanged(state);
  return changeAgentState(state, isAudible ? 'speaking' : 'listening');
}
