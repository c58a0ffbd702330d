// This file holds the session rules of Soca: which message is legal when, and what it means in neutral words.
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { notNow } from '../neutral/refusals.ts';
import type { EndCause, SessionCommand, SessionEvent } from '../neutral/session.ts';
import type { PendingWait, PlatformBase64 } from '../neutral/vendor.ts';
import { failWith, malformed } from '../wire/issues.ts';
import type { CloseContext } from './closeVerdict.ts';
import { LIMITS } from './constants.ts';
import { readSeq } from './decode.ts';
import type { ClientMessage, ErrorMessage, ServerMessage } from './messages.ts';
import { startNext } from './replies.ts';
import {
  type Speech,
  NO_SPEECH,
  acceptBarge,
  acceptFinalAnswer,
  acceptSentence,
  giveUpWaiting,
  interruptSpeech,
  noticeSeq,
  say,
} from './speech.ts';

/**
 * Where a session is. `created`: no socket yet. `starting`: the first message is sent. `ready`: accepted, and the server does
 * not listen yet. `listening`: audio may flow.
 */
export type Phase = 'created' | 'starting' | 'ready' | 'listening' | 'ended' | 'closed';

/** The whole state of one session. */
export interface SessionState extends CloseContext, Speech {
  readonly phase: Phase;
  /** As the server named it, else as it was asked for. */
  readonly sessionId?: string | undefined;
}

/** What can happen to a session. */
export type SessionInput =
  | { readonly type: 'opened'; readonly greeting: ClientMessage }
  | { readonly type: 'received'; readonly parsed: ParseResult<ServerMessage> }
  | { readonly type: 'commanded'; readonly command: SessionCommand }
  | { readonly type: 'waitExpired'; readonly wait: PendingWait }
  | { readonly type: 'closed' };

/** The next state and what goes out: messages to the server, events to the engine. */
export interface Transition {
  readonly state: SessionState;
  readonly send: readonly ClientMessage[];
  readonly events: readonly SessionEvent[];
  /** Why a command was refused; then nothing else changed. */
  readonly refused?: readonly ParseIssue[];
}

/** Before the socket opens. `sessionId`: what the session will be asked for as. */
export function initialState(sessionId?: string): SessionState {
  return { phase: 'created', wasAccepted: false, ...NO_SPEECH, sessionId };
}

// One row per transition; what no row names changes nothing and says nothing. "Live" is starting, ready or listening;
// "accepted" is ready or listening. What a message means for the agent's speech stands in speech.ts.
//
// | phase     | input                          | next      | sends    | events                                         |
// | --------- | ------------------------------ | --------- | -------- | ---------------------------------------------- |
// | created   | opened                         | starting  | greeting |                                                |
// | starting  | ready                          | ready     |          | sessionAccepted                                |
// | starting  | stt.ready                      | listening |          | sessionAccepted, uplinkOpened, agentReady      |
// | ready     | stt.ready                      | listening |          | uplinkOpened, agentReady                       |
// | starting  | error                          | ended     |          | vendorError, sessionEnded                      |
// | accepted  | error                          | same      |          | vendorError                                    |
// | starting  | stt.partial, stt.final, barge, | same      |          | malformedMessage                               |
// |           | sentence, final_answer         |           |          |                                                |
// | accepted  | any with a higher seq          | same      |          | interrupted, before its own                    |
// | accepted  | stt.partial, stt.final         | same      |          | transcript                                     |
// | accepted  | barge                          | same      |          | interrupted                                    |
// | accepted  | sentence                       | same      |          | agentText, agentAudio, agentAudioEnded         |
// | accepted  | final_answer                   | same      |          | turnCompleted                                  |
// | live      | binary, unknown kind           | same      |          | unknownMessage                                 |
// | live      | unreadable                     | same      |          | malformedMessage                               |
// | listening | sendAudio, 2 to 1600 bytes     | same      | audio    |                                                |
// | listening | endUserTurn                    | same      | stop     |                                                |
// | listening | interrupt                      | same      | barge    |                                                |
// | live      | keepAlive                      | same      |          |                                                |
// | live      | leave                          | ended     |          | sessionEnded                                   |
// | accepted  | the wait for a chunk expires   | same      |          | agentAudioEnded, waitExpired                   |
// | any       | any other command              | same      |          | (refused, with issues)                         |
// | any       | closed                         | closed    |          |                                                |
export function reduceSession(state: SessionState, input: SessionInput, base64?: PlatformBase64): Transition {
  switch (input.type) {
    case 'opened':
      return state.phase === 'created' ? transmit({ ...state, phase: 'starting' }, input.greeting) : say(state);
    case 'received':
      return isLive(state) ? reduceReceived(state, input.parsed, base64) : say(state);
    case 'commanded':
      return reduceCommand(state, input.command);
    case 'waitExpired':
      return isLive(state) ? giveUpWaiting(state, input.wait) : say(state);
    case 'closed':
      return say({ ...state, phase: 'closed' });
  }
}

function isLive({ phase }: SessionState): boolean {
  return phase === 'starting' || phase === 'ready' || phase === 'listening';
}

function reduceReceived(
  state: SessionState,
  parsed: ParseResult<ServerMessage>,
  base64: PlatformBase64 | undefined,
): Transition {
  if (!parsed.ok) return say(state, { type: 'malformedMessage', issues: parsed.issues });
  const { message } = parsed;
  if (message.type === 'error') return reduceError(state, message);
  if (message.type === 'audio') return say(state, { type: 'unknownMessage', messageType: 'binary' });
  if (message.type === 'unknown') return say(state, { type: 'unknownMessage', messageType: message.messageType });
  // Nothing but these can come first, and audio from a session that was not accepted is no audio.
  if (state.phase === 'starting' && !/ready/.test(message.type)) {
    return say(state, malformed('ready first', message.type, []));
  }
  // The conversation goes on, so an error before this was not the last word.
  return reduceInOrder({ ...state, error: undefined }, message, base64);
}

type NumberedMessage = Exclude<ServerMessage, { readonly type: 'audio' | 'unknown' | 'error' }>;

/** What a higher number means comes before what the message itself means; but a barge says it itself. */
function reduceInOrder(state: SessionState, message: NumberedMessage, base64: PlatformBase64 | undefined): Transition {
  const seq = readSeq((message.type === 'sentence' || message.type === 'final_answer' ? message.step : message).seq);
  if (message.type === 'barge') return acceptBarge(state, seq, message.reason ?? '');
  const raised = noticeSeq(state, seq);
  const transition = reduceNumbered(raised.state, message, base64);
  return { ...transition, events: [...raised.events, ...transition.events] };
}

function reduceNumbered(
  state: SessionState,
  message: Exclude<NumberedMessage, { readonly type: 'barge' }>,
  base64: PlatformBase64 | undefined,
): Transition {
  switch (message.type) {
    case 'ready':
      return accept({ ...state, sessionId: message.session_id });
    case 'stt.ready':
      return listen(state);
    case 'stt.partial':
    case 'stt.final': {
      const { type, text } = message;
      const isFinal = type === 'stt.final';
      // The agent answers all that has words.
      return say(isFinal && text.trim() ? startNext(state) : state, { type: 'transcript', text, isFinal });
    }
    case 'sentence':
      return acceptSentence(state, message.step, base64);
    case 'final_answer':
      return acceptFinalAnswer(state, message.step);
  }
}

function accept(state: SessionState): Transition {
  const { sessionId, wasAccepted } = state;
  if (wasAccepted) return say(state);
  const accepted: SessionEvent = { type: 'sessionAccepted', ...(sessionId && { conversationId: sessionId }) };
  return say({ ...state, wasAccepted: true, phase: 'ready' }, accepted);
}

function listen(state: SessionState): Transition {
  const accepted = accept(state);
  if (state.phase === 'listening') return accepted;
  const next: SessionState = { ...accepted.state, phase: 'listening' };
  return say(next, ...accepted.events, { type: 'uplinkOpened' }, { type: 'agentReady' });
}

function reduceError(state: SessionState, { message }: ErrorMessage): Transition {
  // There are no codes: the text is all that tells one error from another.
  const told = say({ ...state, error: message }, { type: 'vendorError', vendorCode: 'error', vendorMessage: message });
  // No page says that the server closes now, so we do.
  return state.phase === 'starting' ? end(told, 'server-ended', message) : told;
}

function reduceCommand(state: SessionState, command: SessionCommand): Transition {
  const { type } = command;
  if (state.phase === 'listening') {
    if (type === 'sendAudio') return sendAudio(state, command.bytes);
    if (type === 'endUserTurn') return transmit(state, { type: 'stop' });
    if (type === 'interrupt') return transmit(interruptSpeech(state), { type: 'barge' });
  }
  if (isLive(state)) {
    // The cadence of the audio keeps the session alive.
    if (type === 'keepAlive') return say(state);
    if (type === 'leave') return leave(state);
  }
  return { ...say(state), refused: notNow(command, state.phase) };
}

// Hanging up is closing the socket: `stop` ends an utterance, and no page says that it ends more.
function leave(state: SessionState): Transition {
  return end(say({ ...state, hasLeft: state.error === undefined }), 'client-ended', 'left');
}

function end({ state, events }: Transition, cause: EndCause, vendorReason: string): Transition {
  return say({ ...state, phase: 'ended' }, ...events, { type: 'sessionEnded', cause, vendorReason });
}

function sendAudio(state: SessionState, bytes: Uint8Array): Transition {
  const { length } = bytes;
  if (length > 0 && length <= LIMITS.maxFrameBytes && length % 2 === 0)
    return transmit(state, { type: 'audio', bytes });
  const expected = `whole samples, at most ${LIMITS.maxFrameBytes} bytes`;
  return { ...say(state), refused: failWith(expected, `${length} bytes`, ['bytes']).issues };
}

function transmit(state: SessionState, message: ClientMessage): Transition {
  return { ...say(state), send: [message] };
}
