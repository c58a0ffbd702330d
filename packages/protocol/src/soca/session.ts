// This file holds the session rules of Soca: which message is legal when, and what it means in neutral words.
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { notNow } from '../neutral/refusals.ts';
import type { SessionCommand, SessionEvent } from '../neutral/session.ts';
import type { PendingWait } from '../neutral/vendor.ts';
import { failWith } from '../wire/issues.ts';
import type { LastWord } from './closeVerdict.ts';
import { LIMITS } from './constants.ts';
import { readSeq } from './decode.ts';
import type { ClientMessage, ErrorMessage, ServerMessage } from './messages.ts';
import {
  type Speech,
  type SpeechEvent,
  type SpeechStep,
  NO_SPEECH,
  acceptBarge,
  acceptFinalAnswer,
  acceptSentence,
  acceptUserTurn,
  giveUpWaiting,
  interruptSpeech,
  noticeSeq,
} from './speech.ts';

/**
 * Where a session is. `created`: no socket yet. `starting`: the first message is sent. `ready`: accepted, and the server does
 * not listen yet. `listening`: audio may flow.
 */
export type Phase = 'created' | 'starting' | 'ready' | 'listening' | 'ended' | 'closed';

/** The whole state of one session. */
export interface SessionState {
  readonly phase: Phase;
  /** As the server named it, else as it was asked for. */
  readonly sessionId?: string | undefined;
  /** True once the server had said `ready` or `stt.ready`. */
  readonly wasAccepted: boolean;
  readonly lastWord?: LastWord | undefined;
  readonly speech: Speech;
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
  readonly events: readonly SpeechEvent[];
  /** Why a command was refused; then nothing else changed. */
  readonly refused?: readonly ParseIssue[];
}

/** Before the socket opens. `sessionId`: what the session will be asked for as. */
export function initialState(sessionId?: string): SessionState {
  return { phase: 'created', wasAccepted: false, speech: NO_SPEECH, sessionId };
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
export function reduceSession(state: SessionState, input: SessionInput): Transition {
  switch (input.type) {
    case 'opened':
      return state.phase === 'created' ? transmit({ ...state, phase: 'starting' }, input.greeting) : say(state);
    case 'received':
      return isLive(state) ? reduceReceived(state, input.parsed) : say(state);
    case 'commanded':
      return reduceCommand(state, input.command);
    case 'waitExpired':
      return isLive(state) ? speak(state, giveUpWaiting(state.speech, input.wait)) : say(state);
    case 'closed':
      return say({ ...state, phase: 'closed' });
  }
}

function isLive({ phase }: SessionState): boolean {
  return phase === 'starting' || isAccepted(phase);
}

function isAccepted(phase: Phase): boolean {
  return phase === 'ready' || phase === 'listening';
}

function reduceReceived(state: SessionState, parsed: ParseResult<ServerMessage>): Transition {
  if (!parsed.ok) return say(state, { type: 'malformedMessage', issues: parsed.issues });
  const { message } = parsed;
  switch (message.type) {
    case 'audio':
      return say(state, { type: 'unknownMessage', messageType: 'binary' });
    case 'unknown':
      return say(state, { type: 'unknownMessage', messageType: message.messageType });
    case 'error':
      return reduceError(state, message);
    case 'ready':
      return withSeq(accept({ ...state, sessionId: message.session_id }, 'ready'), message.seq);
    case 'stt.ready':
      return withSeq(accept(state, 'listening'), message.seq);
    default:
      // Nothing but the two above can come first, and audio from a session that was not accepted is no audio.
      return state.phase === 'starting' ? tooEarly(state, message.type) : reduceConversation(state, message);
  }
}

type ConversationMessage = Extract<
  ServerMessage,
  { readonly type: 'stt.partial' | 'stt.final' | 'barge' | 'sentence' | 'final_answer' }
>;

function reduceConversation(state: SessionState, message: ConversationMessage): Transition {
  // The conversation goes on, so an error before this was not the last word.
  const alive: SessionState = { ...state, lastWord: undefined };
  switch (message.type) {
    case 'barge':
      return speak(alive, acceptBarge(alive.speech, readSeq(message.seq), message.reason ?? ''));
    case 'stt.partial':
      return withSeq(say(alive, { type: 'transcript', text: message.text, isFinal: false }), message.seq);
    case 'stt.final': {
      const isAnswered = message.text.trim() !== '';
      const next = isAnswered ? { ...alive, speech: acceptUserTurn(alive.speech) } : alive;
      return withSeq(say(next, { type: 'transcript', text: message.text, isFinal: true }), message.seq);
    }
    case 'sentence':
      return speakInOrder(alive, message.step.seq, (speech) => acceptSentence(speech, message.step));
    case 'final_answer':
      return speakInOrder(alive, message.step.seq, (speech) => acceptFinalAnswer(speech, message.step));
  }
}

/** Acceptance also clears the last word: an error before it was not final after all. */
function accept(state: SessionState, phase: 'ready' | 'listening'): Transition {
  const { sessionId, wasAccepted } = state;
  const wasListening = state.phase === 'listening';
  const events: SessionEvent[] = [];
  if (!wasAccepted) events.push({ type: 'sessionAccepted', ...(sessionId ? { conversationId: sessionId } : {}) });
  if (phase === 'listening' && !wasListening) events.push({ type: 'uplinkOpened' }, { type: 'agentReady' });
  const next = wasListening ? state.phase : phase;
  return say({ ...state, phase: next, wasAccepted: true, lastWord: undefined }, ...events);
}

function reduceError(state: SessionState, { message }: ErrorMessage): Transition {
  const next: SessionState = { ...state, lastWord: { type: 'error', message } };
  // There are no codes: the text is all that tells one error from another.
  const error: SessionEvent = { type: 'vendorError', vendorCode: 'error', vendorMessage: message };
  if (state.phase !== 'starting') return say(next, error);
  // No page says that the server closes now, so we do.
  const end: SessionEvent = { type: 'sessionEnded', cause: 'server-ended', vendorReason: message };
  return say({ ...next, phase: 'ended' }, error, end);
}

function tooEarly(state: SessionState, messageType: string): Transition {
  const { issues } = failWith('ready or stt.ready before it', messageType);
  return say(state, { type: 'malformedMessage', issues });
}

/** What a higher number means comes before what the message itself means. */
function withSeq({ state, send, events }: Transition, seq: number | string | null | undefined): Transition {
  const raised = noticeSeq(state.speech, readSeq(seq));
  return { state: { ...state, speech: raised.speech }, send, events: [...raised.events, ...events] };
}

function speakInOrder(
  state: SessionState,
  seq: number | string | null | undefined,
  accepting: (speech: Speech) => SpeechStep,
): Transition {
  const raised = noticeSeq(state.speech, readSeq(seq));
  const { speech, events } = accepting(raised.speech);
  return speak(state, { speech, events: [...raised.events, ...events] });
}

function reduceCommand(state: SessionState, command: SessionCommand): Transition {
  const refused = refusalOf(state, command);
  if (refused.length > 0) return { ...say(state), refused };
  switch (command.type) {
    case 'sendAudio':
      return transmit(state, { type: 'audio', bytes: command.bytes });
    case 'endUserTurn':
      return transmit(state, { type: 'stop' });
    case 'interrupt':
      return transmit({ ...state, speech: interruptSpeech(state.speech) }, { type: 'barge' });
    case 'leave':
      return leave(state);
    default:
      // `keepAlive`: the cadence of the audio keeps the session alive.
      return say(state);
  }
}

/** Commands of this vendor, by when they are legal. */
const WHILE_LISTENING = new Set<SessionCommand['type']>(['sendAudio', 'endUserTurn', 'interrupt']);
const WHILE_LIVE = new Set<SessionCommand['type']>(['keepAlive', 'leave']);

function refusalOf(state: SessionState, command: SessionCommand): readonly ParseIssue[] {
  const { type } = command;
  const isLegal = WHILE_LISTENING.has(type) ? state.phase === 'listening' : WHILE_LIVE.has(type) && isLive(state);
  if (!isLegal) return notNow(command, state.phase);
  return type === 'sendAudio' ? faultsOfLength(command.bytes) : [];
}

// Hanging up is closing the socket: `stop` ends an utterance, and no page says that it ends more.
function leave(state: SessionState): Transition {
  const next: SessionState = { ...state, phase: 'ended', lastWord: state.lastWord ?? { type: 'left' } };
  return say(next, { type: 'sessionEnded', cause: 'client-ended', vendorReason: 'left' });
}

function faultsOfLength({ length }: Uint8Array): readonly ParseIssue[] {
  if (length > 0 && length <= LIMITS.maxFrameBytes && length % 2 === 0) return [];
  return failWith(`an even number of bytes, at most ${LIMITS.maxFrameBytes}`, `${length} bytes`, ['bytes']).issues;
}

function speak(state: SessionState, { speech, events }: SpeechStep): Transition {
  return { state: { ...state, speech }, send: [], events };
}

function transmit(state: SessionState, message: ClientMessage): Transition {
  return { state, send: [message], events: [] };
}

function say(state: SessionState, ...events: readonly SpeechEvent[]): Transition {
  return { state, send: [], events };
}
