// This file holds the session rules of the Voice API: which message is legal when, and what it means in neutral words.
import type { PcmFormat } from '../neutral/audioFormat.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { notNow } from '../neutral/refusals.ts';
import type { EndCause, SessionCommand, SessionEvent } from '../neutral/session.ts';
import { failWith } from '../wire/issues.ts';
import { isKnownErrorCode, type LastWord } from './closeVerdict.ts';
import { END_REASONS, LIMITS } from './constants.ts';
import type { AudioMessage, ClientMessage, ErrorMessage, ServerMessage, SessionEndedMessage } from './messages.ts';

/** Audio of this protocol, both ways. */
export const WIRE_AUDIO: PcmFormat = { encoding: 'pcm-s16le', sampleRate: LIMITS.sampleRate };

/**
 * Where a session is. The vendor's names ([ws] "Session Lifecycle") are connecting, connected, agent_ready, ended.
 * `created`: no socket yet. `authenticating`: token sent. `readyTooEarly`: the same, and `agent_ready` came first.
 */
export type Phase = 'created' | 'authenticating' | 'readyTooEarly' | 'connected' | 'agentReady' | 'ended' | 'closed';

/** The whole state of one session. */
export interface SessionState {
  readonly phase: Phase;
  /** The message that will decide what the close means. */
  readonly lastWord?: LastWord;
}

/** What can happen to a session. */
export type SessionInput =
  | { readonly type: 'opened'; readonly token: string }
  | { readonly type: 'received'; readonly parsed: ParseResult<ServerMessage> }
  | { readonly type: 'commanded'; readonly command: SessionCommand }
  | { readonly type: 'closed' };

/** The next state and what goes out: messages to the server, events to the engine. */
export interface Transition {
  readonly state: SessionState;
  readonly send: readonly ClientMessage[];
  readonly events: readonly SessionEvent[];
  /** Why a command was refused; then nothing else changed. */
  readonly refused?: readonly ParseIssue[];
}

/** The cause, and what stands for the vendor's reason, when we left by ourselves. */
const LEFT = 'client-ended';

/** Before the socket opens. */
export const INITIAL_STATE: SessionState = { phase: 'created' };

// One row per transition; what no row names changes nothing and says nothing. "Live" is any phase between created and
// ended; "accepted" is connected or agentReady.
//
// | phase          | input                    | next          | sends | events                                        |
// | -------------- | ------------------------ | ------------- | ----- | --------------------------------------------- |
// | created        | opened                   | authenticating| token |                                               |
// | authenticating | connected                | connected     |       | sessionAccepted, uplinkOpened                 |
// | authenticating | agent_ready              | readyTooEarly |       |                                               |
// | readyTooEarly  | connected                | agentReady    |       | sessionAccepted, uplinkOpened, agentReady     |
// | connected      | agent_ready              | agentReady    |       | agentReady                                    |
// | accepted       | binary, not empty        | same          |       | agentAudio                                    |
// | not accepted   | binary, not empty        | same          |       | malformedMessage                              |
// | live           | error                    | same          |       | vendorError                                   |
// | live           | session_ended            | ended         |       | sessionEnded                                  |
// | live           | unknown type             | same          |       | unknownMessage                                |
// | live           | unreadable               | same          |       | malformedMessage                              |
// | accepted       | sendAudio, 640 bytes     | same          | audio |                                               |
// | live           | keepAlive                | same          |       |                                               |
// | live           | leave                    | ended         |       | sessionEnded                                  |
// | any            | any other command        | same          |       | (refused, with issues)                        |
// | any            | closed                   | closed        |       |                                               |
export function reduceSession(state: SessionState, input: SessionInput): Transition {
  switch (input.type) {
    case 'opened':
      if (state.phase !== 'created') return quiet(state);
      return { ...say({ phase: 'authenticating' }), send: [{ type: 'auth', token: input.token }] };
    case 'received':
      return isLive(state.phase) ? reduceReceived(state, input.parsed) : quiet(state);
    case 'commanded':
      return reduceCommand(state, input.command);
    case 'closed':
      return quiet({ ...state, phase: 'closed' });
  }
}

/** True from `connected` to `session_ended`. */
export function isAccepted(phase: Phase): boolean {
  return phase === 'connected' || phase === 'agentReady';
}

function isLive(phase: Phase): boolean {
  return phase !== 'created' && phase !== 'ended' && phase !== 'closed';
}

function reduceReceived(state: SessionState, parsed: ParseResult<ServerMessage>): Transition {
  if (!parsed.ok) return say(state, { type: 'malformedMessage', issues: parsed.issues });
  const { message } = parsed;
  switch (message.type) {
    case 'connected':
      return reduceConnected(state);
    case 'agent_ready':
      return reduceAgentReady(state);
    case 'audio':
      return reduceAudio(state, message);
    case 'error':
      return reduceError(state, message);
    case 'session_ended':
      return reduceSessionEnded(state, message);
    case 'unknown':
      return say(state, { type: 'unknownMessage', messageType: message.messageType });
  }
}

// Acceptance also clears the last word: an error before it was not final after all.
function reduceConnected(state: SessionState): Transition {
  const acceptance = [{ type: 'sessionAccepted' }, { type: 'uplinkOpened' }] as const;
  if (state.phase === 'authenticating') return say({ phase: 'connected' }, ...acceptance);
  if (state.phase === 'readyTooEarly') return say({ phase: 'agentReady' }, ...acceptance, { type: 'agentReady' });
  return quiet(state);
}

function reduceAgentReady(state: SessionState): Transition {
  if (state.phase === 'connected') return say({ ...state, phase: 'agentReady' }, { type: 'agentReady' });
  // No page allows it before `connected`, and audio may not flow on its strength: keep it until then.
  return quiet(state.phase === 'authenticating' ? { ...state, phase: 'readyTooEarly' } : state);
}

function reduceAudio(state: SessionState, { bytes }: AudioMessage): Transition {
  if (bytes.length === 0) return quiet(state);
  if (isAccepted(state.phase))
    return say(withoutUnknownError(state), { type: 'agentAudio', bytes, format: WIRE_AUDIO });
  const { issues } = failWith("audio after 'connected'", `${bytes.length} bytes`);
  return say(state, { type: 'malformedMessage', issues });
}

// The session went on after an error of a code that no page lists, so that error was not the last word.
function withoutUnknownError(state: SessionState): SessionState {
  return hasUnknownError(state) ? { phase: state.phase } : state;
}

function hasUnknownError({ lastWord }: SessionState): boolean {
  return lastWord?.type === 'error' && !isKnownErrorCode(lastWord.code);
}

function reduceError(state: SessionState, { code, message }: ErrorMessage): Transition {
  // An unknown code never displaces a known one: what the known one means is documented.
  const isDecided = state.lastWord !== undefined && !hasUnknownError(state) && !isKnownErrorCode(code);
  const next: SessionState = isDecided ? state : { ...state, lastWord: { type: 'error', code } };
  return say(next, { type: 'vendorError', vendorCode: code, vendorMessage: message });
}

function reduceSessionEnded(state: SessionState, { reason }: SessionEndedMessage): Transition {
  // A session that failed before it was accepted failed, whatever farewell follows the error.
  const hasFailed = !isAccepted(state.phase) && state.lastWord?.type === 'error';
  const next: SessionState = {
    phase: 'ended',
    lastWord: hasFailed ? state.lastWord : { type: 'session_ended', reason },
  };
  return say(next, { type: 'sessionEnded', cause: causeOf(reason), vendorReason: reason });
}

const CAUSES = new Map<string, EndCause>([
  [END_REASONS.agentDisconnected, 'agent-ended'],
  [END_REASONS.sessionClosed, 'server-ended'],
  [END_REASONS.roomClosed, 'server-ended'],
  [END_REASONS.serverShutdown, 'server-shutdown'],
]);

function causeOf(reason: string): EndCause {
  return CAUSES.get(reason) ?? 'unknown';
}

function reduceCommand(state: SessionState, command: SessionCommand): Transition {
  if (command.type === 'sendAudio' && isAccepted(state.phase)) return sendAudio(state, command.bytes);
  if (command.type === 'leave' && isLive(state.phase)) return leave(state);
  // There is nothing to say for it: the cadence of the audio keeps the session alive.
  if (command.type === 'keepAlive' && isLive(state.phase)) return quiet(state);
  return refuse(state, notNow(command, state.phase));
}

function sendAudio(state: SessionState, bytes: Uint8Array): Transition {
  if (bytes.length === LIMITS.frameBytes) return { ...quiet(state), send: [{ type: 'audio', bytes }] };
  return refuse(state, failWith(`${LIMITS.frameBytes} bytes`, `${bytes.length} bytes`, ['bytes']).issues);
}

// Hanging up is closing the socket: there is no message for it. It is no answer to an error that came before.
function leave({ lastWord }: SessionState): Transition {
  const next: SessionState = { phase: 'ended', lastWord: lastWord ?? { type: 'session_ended', reason: LEFT } };
  return say(next, { type: 'sessionEnded', cause: LEFT, vendorReason: LEFT });
}

function refuse(state: SessionState, refused: readonly ParseIssue[]): Transition {
  return { ...quiet(state), refused };
}

function say(state: SessionState, ...events: readonly SessionEvent[]): Transition {
  return { state, send: [], events };
}

function quiet(state: SessionState): Transition {
  return say(state);
}
