// This file holds the commands of Amigo: what each becomes on the wire, and when it is legal.
import { notNow, parseRawCommand } from '../neutral/refusals.ts';
import type { TurnDetector } from '../neutral/capabilities.ts';
import type { ParseResult } from '../neutral/parseResult.ts';
import type { SessionCommand } from '../neutral/session.ts';
import { encodeBase64 } from '../wire/base64Encode.ts';
import { describeValue, failWith } from '../wire/issues.ts';
import { parseJsonObject } from '../wire/parseJsonObject.ts';
import { LIMITS } from './constants.ts';
import { encodeClientMessage } from './encode.ts';
import type { NewTextMessage } from './clientMessages.ts';
import type { UnknownMessage } from '../wire/readWire.ts';
import type { ClientMessage } from './messages.ts';
import {
  end,
  isConversing,
  isLive,
  isUplinkOpen,
  refuse,
  say,
  switchVad,
  transmit,
  type SessionSettings,
  type SessionState,
  type Transition,
} from './state.ts';

/** Texts that may wait. Ours: more means that nobody answers. */
const MAX_QUEUED_COUNT = 16;

// One row per command; where no row fits, it is refused. Phases and words as in session.ts.
//
// | phase                | command                            | next         | sends                                   |
// | -------------------- | ---------------------------------- | ------------ | --------------------------------------- |
// | ready                | sendAudio                          | userAudio    | audio, with its config                  |
// | userAudio, vad, vadDisabling | sendAudio                  | same         | audio, the first one with its config    |
// | userAudio            | endUserTurn                        | agentTurn    | audio: null                             |
// | ready                | sendUserMessage, update to answer  | agentTurn    | text                                    |
// | ready, userAudio, agentTurn | update                      | same         | text                                    |
// | vad                  | sendUserMessage, any update        | same         | text                                    |
// | conversing           | any text otherwise                 | same         | (it waits its turn)                     |
// | ready                | setTurnDetector server             | vadEnabling  | switch on                               |
// | vad                  | setTurnDetector client             | vadDisabling | switch off                              |
// | ready, vad           | setTurnDetector as it is           | same         |                                         |
// | userAudio            | finish                             | agentTurn    | audio: null; the rest follows the reply |
// | conversing           | finish                             | by session.ts| as soon as it is legal                  |
// | live                 | keepAlive                          | same         | extend-timeout                          |
// | live                 | leave                              | ended        | close; sessionEnded                     |
// | conversing           | sendRaw: extend-timeout, unknown   | same         | it                                      |
export function reduceCommand(state: SessionState, command: SessionCommand, settings: SessionSettings): Transition {
  switch (command.type) {
    case 'keepAlive':
      return isLive(state) ? transmit(state, { type: 'client.extend-timeout' }) : refuseNow(state, command);
    case 'leave':
      return isLive(state) ? end(state, 'client-ended', 'left') : refuseNow(state, command);
    case 'interrupt':
      // Only the user's voice interrupts, and an event that starts an interaction.
      return refuseNow(state, command);
    default:
      return isConversing(state) ? reduceConversing(state, command, settings) : refuseNow(state, command);
  }
}

function reduceConversing(
  state: SessionState,
  command: Exclude<SessionCommand, { readonly type: 'keepAlive' | 'leave' | 'interrupt' }>,
  settings: SessionSettings,
): Transition {
  switch (command.type) {
    case 'sendAudio':
      return isUplinkOpen(state) ? sendAudio(state, command.bytes, settings) : refuseNow(state, command);
    case 'endUserTurn':
      return state.phase === 'userAudio' ? endUtterance(state) : refuseNow(state, command);
    case 'sendUserMessage':
      return sendText(state, textMessage(command.text, 'user-message'));
    case 'sendContextualUpdate': {
      const update = textMessage(command.text, 'external-event');
      return sendText(state, command.startTurn === true ? { ...update, start_interaction: true } : update);
    }
    case 'setTurnDetector':
      return setTurnDetector(state, command.detector, settings) ?? refuseNow(state, command);
    case 'finish':
      if (state.phase === 'finishing') return say(state);
      if (state.phase === 'userAudio') return endUtterance({ ...state, wantsFinish: true });
      return say({ ...state, wantsFinish: true });
    case 'sendRaw':
      return sendRaw(state, command.message);
  }
}

function sendAudio(state: SessionState, bytes: Uint8Array, { audioConfig, base64 }: SessionSettings): Transition {
  const maxBytes = (LIMITS.maxMessageBytes >> 2) * 3 - 1024;
  // MP3 has no samples that could be cut.
  const isCut = bytes.length % (audioConfig.sample_width ?? 1) > 0;
  if (bytes.length === 0 || isCut || bytes.length > maxBytes) {
    return refuseWith(state, `whole samples, at most ${maxBytes} bytes`, `${bytes.length} bytes`, ['bytes']);
  }
  const type = 'client.new-audio-message';
  const audio = encodeBase64(bytes, base64);
  const phase = state.phase === 'ready' ? 'userAudio' : state.phase;
  if (!state.needsAudioConfig) return transmit({ ...state, phase }, { type, audio });
  return transmit({ ...state, phase, needsAudioConfig: false }, { type, audio, audio_config: audioConfig });
}

function endUtterance(state: SessionState): Transition {
  return transmit({ ...state, phase: 'agentTurn' }, { type: 'client.new-audio-message', audio: null });
}

function textMessage(text: string, message_type: NewTextMessage['message_type']): NewTextMessage {
  return { type: 'client.new-text-message', text, message_type };
}

function sendText(state: SessionState, message: NewTextMessage): Transition {
  // HTTP refuses an empty message with 400 ([oas]).
  if (message.text.trim() === '') return refuseWith(state, 'words', 'none', ['text']);
  const lengthBytes = utf8LengthBytes(encodeClientMessage(message));
  if (lengthBytes > LIMITS.maxMessageBytes) {
    return refuseWith(state, `at most ${LIMITS.maxMessageBytes} bytes`, `${lengthBytes} bytes`, ['text']);
  }
  if (state.queue.length >= MAX_QUEUED_COUNT) {
    return refuseWith(state, `at most ${MAX_QUEUED_COUNT} texts that wait`, 'one more');
  }
  const { phase } = state;
  const isAside = message.message_type === 'external-event' && message.start_interaction !== true;
  // While somebody has the floor, an event that wants no answer goes at once; all else waits behind what waits.
  if (isAside && state.queue.length === 0 && (phase === 'userAudio' || phase === 'agentTurn')) {
    return transmit(state, message);
  }
  return say({ ...state, queue: [...state.queue, message] });
}

function setTurnDetector(
  state: SessionState,
  detector: TurnDetector,
  { canDetectTurns }: SessionSettings,
): Transition | undefined {
  const { phase } = state;
  const now = phase === 'vad' ? 'server' : phase === 'ready' ? 'client' : undefined;
  if (!canDetectTurns || now === undefined) return undefined;
  if (detector === now) return say(state);
  const next: SessionState = { ...state, detector, phase: detector === 'server' ? 'vadEnabling' : 'vadDisabling' };
  return switchVad(next, detector === 'server');
}

function sendRaw(state: SessionState, raw: unknown): Transition {
  const parsed = parseRawCommand(raw, parseRawMessage);
  return parsed.ok ? transmit(state, parsed.message) : refuse(state, parsed.issues);
}

/** Messages on which the rules depend: each has a command, or goes by itself. */
const RULED_TYPES: ReadonlySet<string> = new Set<ClientMessage['type']>([
  'client.start-conversation',
  'client.continue-conversation',
  'client.new-text-message',
  'client.new-audio-message',
  'client.switch-vad-mode',
  'client.finish-conversation',
  'client.close-connection',
]);

// Not `parseClientMessage`: clients would carry all its schemas, and what they describe is refused.
function parseRawMessage(text: string): ParseResult<UnknownMessage> {
  const object = parseJsonObject(text, LIMITS.maxMessageBytes);
  if (!object.ok) return object;
  const { message: raw } = object;
  const messageType = raw['type'];
  if (typeof messageType === 'string' && !RULED_TYPES.has(messageType)) {
    return { ok: true, message: { type: 'unknown', messageType, raw } };
  }
  return failWith('a type without a command', describeValue(messageType), ['type']);
}

function refuseWith(state: SessionState, ...fault: Parameters<typeof failWith>): Transition {
  return refuse(state, failWith(...fault).issues);
}

function refuseNow(state: SessionState, command: SessionCommand): Transition {
  return refuse(state, notNow(command, state.phase));
}

function utf8LengthBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Two units of a surrogate pair make four bytes; any other unit above 0x7ff makes three.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
