// This file is the reducer's part for connections that are replaced while they hold, before the vendor cuts them.
//
// | successor    | input                        | becomes      | effects                                             |
// | ------------ | ---------------------------- | ------------ | --------------------------------------------------- |
// | none         | timer handOver, no pause     | none         | arm handOver: looks again                           |
// | none         | timer handOver, a pause      | credentials  | loadCredentials (where connections may overlap)     |
// | none         | the same, no overlap         | none         | dropConnection, gracefully; then as after a break   |
// | credentials  | credentialsArrived           | socket       | openSocket                                          |
// | socket       | socketOpened                 | acceptance   | greetVendor                                         |
// | acceptance   | vendor: sessionAccepted      | agent        |                                                     |
// | agent        | vendor: agentReady, audio    | ready        | arm handOver: looks now                             |
// | ready        | timer handOver, a pause      | none         | adoptSuccessor, handedOver event                    |
// | any          | it fails, or takes too long  | none         | dropSuccessor, arm handOver: tries again            |
//
// A pause: neither the user nor the agent speaks. Once the limit is reached, any moment is one.
import { limitOfTimer, type ConnectTimer } from './connectTimers.ts';
import type { ReducerSettings, SessionEffect, SessionInput, SessionState, Successor, Transition } from './state.ts';
import { abandonAttempt, armFor, unchanged } from './transitions.ts';

/** How often a hand-over that waits for a pause looks again, in ms. */
const LOOK_EVERY_MS = 100;
/** A replacement that could not be had is tried again after so long, in ms. The connection holds meanwhile. */
const TRY_AGAIN_MS = 5_000;

/** The timer fired: is this the moment? */
export function handOver(state: SessionState, settings: ReducerSettings, nowMs: number): Transition {
  if (state.status !== 'connected') return unchanged(state);
  const { successor } = state;
  if (successor !== null && successor.phase !== 'ready') return dropSuccessor(state);
  if (!isPause(state) && nowMs < state.connectedMs + (settings.handOverByMs ?? 0)) {
    return { state, effects: [armFor('handOver', LOOK_EVERY_MS)] };
  }
  if (successor !== null) return adopt(state, successor, settings, nowMs);
  return settings.mayOverlap ? begin(state, settings) : giveBack(state);
}

/** Something happened to the connection that is to be the next one. */
export function followSuccessor(state: SessionState, input: SessionInput, settings: ReducerSettings): Transition {
  const { successor } = state;
  if (successor === null) return unchanged(state);
  switch (input.type) {
    case 'credentialsArrived':
      return advance(state, successor, 'credentials', 'socket', settings, 'openSocket');
    case 'socketOpened':
      return advance(state, successor, 'socket', 'acceptance', settings, 'greetVendor');
    case 'vendorSaid':
      return hearSuccessor(state, successor, input.event, settings);
    case 'agentHeard':
      return becomeReady(state, successor);
    case 'socketClosed':
    case 'connectionStalled':
    case 'attemptFailed':
      return dropSuccessor(state);
    default:
      return unchanged(state);
  }
}

function hearSuccessor(
  state: SessionState,
  successor: Successor,
  event: Extract<SessionInput, { type: 'vendorSaid' }>['event'],
  settings: ReducerSettings,
): Transition {
  switch (event.type) {
    case 'sessionAccepted':
      return advance(state, { ...successor, isResumed: event.isResumed === true }, 'acceptance', 'agent', settings);
    case 'uplinkOpened':
    case 'uplinkClosed':
      return {
        state: { ...state, successor: { ...successor, isUplinkOpen: event.type === 'uplinkOpened' } },
        effects: [],
      };
    case 'agentReady':
      return becomeReady(state, successor);
    case 'sessionEnded':
      return dropSuccessor(state);
    default:
      // What else it says is heard when it is the connection.
      return unchanged(state);
  }
}

function isPause({ agentState, isUserSpeaking }: SessionState): boolean {
  return agentState !== 'speaking' && agentState !== 'thinking' && !isUserSpeaking;
}

function begin(state: SessionState, settings: ReducerSettings): Transition {
  const attempt = state.lastAttempt + 1;
  const successor: Successor = { attempt, phase: 'credentials', isUplinkOpen: false, isResumed: false };
  return {
    state: { ...state, lastAttempt: attempt, successor },
    effects: [{ type: 'loadCredentials', attempt }, limit('credentials', settings)],
  };
}

function advance(
  state: SessionState,
  successor: Successor,
  from: ConnectTimer,
  to: ConnectTimer,
  settings: ReducerSettings,
  effect?: 'openSocket' | 'greetVendor',
): Transition {
  if (successor.phase !== from) return unchanged(state);
  const { attempt } = successor;
  const effects = [limit(to, settings)];
  if (effect !== undefined) effects.push({ type: effect, attempt });
  return { state: { ...state, successor: { ...successor, phase: to } }, effects };
}

function becomeReady(state: SessionState, successor: Successor): Transition {
  if (successor.phase !== 'agent') return unchanged(state);
  return {
    state: { ...state, successor: { ...successor, phase: 'ready' } },
    effects: [armFor('handOver', 0)],
  };
}

/** The change: from now on the successor is the connection. */
export function adopt(
  state: SessionState,
  { attempt, isUplinkOpen, isResumed }: Successor,
  settings: ReducerSettings,
  nowMs: number,
): Transition {
  return {
    state: { ...state, attempt, successor: null, connectedMs: nowMs, isResumed },
    effects: [
      { type: 'adoptSuccessor' },
      { type: isUplinkOpen ? 'openGate' : 'closeGate' },
      armFor('handOver', settings.handOverAfterMs ?? 0),
      { type: 'emit', name: 'handedOver', event: { isResumed } },
    ],
  };
}

/** The one timer of a hand-over limits its waits as well. */
function limit(phase: ConnectTimer, { timeouts }: ReducerSettings): SessionEffect {
  return armFor('handOver', limitOfTimer(phase, timeouts));
}

function dropSuccessor(state: SessionState): Transition {
  return {
    state: { ...state, successor: null },
    effects: [{ type: 'dropSuccessor' }, armFor('handOver', TRY_AGAIN_MS)],
  };
}

/** Break before make: the new connection opens when the old one is closed. */
function giveBack(state: SessionState): Transition {
  return abandonAttempt({ ...state, retry: null }, 'delay', 'graceful');
}
