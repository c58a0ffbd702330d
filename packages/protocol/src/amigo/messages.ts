// This file models every message of Amigo's real-time voice that a server sends: shapes, and the types
// of them. Their schemas are in schemas.ts.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import type * as v from 'valibot';
import { AGENT_ACTION_SHAPE, INTERACTION_COMPLETE_SHAPE, MESSAGE_PIECE_SHAPE } from '../amigo-shared/parts.ts';
import type { UnknownMessage } from '../wire/readWire.ts';
import type { MessageIn, MessageShapes, ObjectShape } from '../wire/shape.ts';
import type { CLIENT_SCHEMAS } from './clientMessages.ts';

const AGENT_ACTION = { action: AGENT_ACTION_SHAPE } as const satisfies ObjectShape;
/** A filler outside of an action, as docs.amigo.ai lists it among the events. */
const ACTION_TOO_LONG = { filler: 'string' } as const satisfies ObjectShape;

/** The server's messages by their `type`. [rt] "Messages You Receive"; those without `server.` are HTTP's spellings. */
export const SERVER_SHAPES = {
  /** The conversation is there. [rt] "Conversation Lifecycle". */
  'server.conversation-created': { conversation_id: 'string' },
  /** The conversation goes on. No field is documented. */
  'server.conversation-retrieved': {},
  /** The conversation is finished. */
  'server.conversation-completed': {},
  /**
   * A piece of what the agent says. `interaction_id` is in [rt], and not in the HTTP schema of [oas]. `message_metadata`,
   * strings in [rt], is gone from [oas] since baa3d4b: it is kept unread, as any other field. [rt] "Agent Responses".
   */
  'server.new-message': { ...MESSAGE_PIECE_SHAPE, 'interaction_id?': 'string' },
  /** [rt] "Agent Responses". */
  'server.interaction-complete': INTERACTION_COMPLETE_SHAPE,
  /** The server hears the user. `start` in seconds since the last zero. [rt] "Voice Activity Detection Events". */
  'server.vad-speech-started': { start: 'number' },
  /** The user has spoken; the transcript may be empty. Times as above. [rt]. */
  'server.vad-speech-ended': { transcript: 'string', start: 'number', end: 'number' },
  /** Later times count from a new zero; of what `timestamp` is a time, no page says. [rt]. */
  'server.vad-speech-reset-zero': { timestamp: 'number' },
  /** [rt]. */
  'server.vad-mode-switched': { current_vad_mode_on: 'boolean' },
  'server.current-agent-action': AGENT_ACTION,
  'current-agent-action': AGENT_ACTION,
  'server.action-too-long': ACTION_TOO_LONG,
  'action-too-long': ACTION_TOO_LONG,
  /**
   * No page has an error in band, so no field is promised: `http_error_code` and `error_description` as in HTTP's `error`
   * event ([oas]), or `code` and `message`, are read where they are.
   */
  'server.error': {},
  error: {},
} as const satisfies MessageShapes;

export type ConversationCreatedMessage = MessageOf<'server.conversation-created'>;
export type NewMessage = MessageOf<'server.new-message'>;
export type InteractionCompleteMessage = MessageOf<'server.interaction-complete'>;
export type VadSpeechStartedMessage = MessageOf<'server.vad-speech-started'>;
export type VadSpeechEndedMessage = MessageOf<'server.vad-speech-ended'>;
export type VadSpeechResetZeroMessage = MessageOf<'server.vad-speech-reset-zero'>;
export type VadModeSwitchedMessage = MessageOf<'server.vad-mode-switched'>;

/** Everything a client may say. */
export type ClientMessage = v.InferOutput<(typeof CLIENT_SCHEMAS)[keyof typeof CLIENT_SCHEMAS]> | UnknownMessage;

/** Everything a server may say. */
export type ServerMessage =
  | {
      [Kind in keyof typeof SERVER_SHAPES]: MessageIn<'type', Kind, (typeof SERVER_SHAPES)[Kind]>;
    }[keyof typeof SERVER_SHAPES]
  | UnknownMessage;

/** One kind of message of either side. */
export type MessageOf<Type extends (ClientMessage | ServerMessage)['type']> = Extract<
  ClientMessage | ServerMessage,
  { readonly type: Type }
>;
