// This file models every message of Amigo's real-time voice that a server sends: schemas and their types.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import * as v from 'valibot';
import { AgentActionSchema, MESSAGE_PIECE_ENTRIES, bare } from '../amigo-shared/parts.ts';
import type { CLIENT_SCHEMAS } from './clientMessages.ts';

/** The conversation is there. [rt] "Conversation Lifecycle". */
export const ConversationCreatedSchema = v.looseObject({
  type: v.literal('server.conversation-created'),
  conversation_id: v.string(),
});
export type ConversationCreatedMessage = v.InferOutput<typeof ConversationCreatedSchema>;

/** A piece of what the agent says. [rt] "Agent Responses". */
export const NewMessageSchema = v.looseObject({
  type: v.literal('server.new-message'),
  ...MESSAGE_PIECE_ENTRIES,
  /** In [rt], not in the HTTP schema of [oas]. */
  interaction_id: v.nullish(v.string()),
  // `message_metadata`, strings in [rt], is gone from [oas] since baa3d4b: it is kept unread, as any other field.
});
export type NewMessage = v.InferOutput<typeof NewMessageSchema>;

/** The agent has said all of it. [rt] "Agent Responses". */
export const InteractionCompleteSchema = v.looseObject({
  type: v.literal('server.interaction-complete'),
  message_id: v.string(),
  interaction_id: v.string(),
  /** The text, or the transcript of the audio. */
  full_message: v.string(),
  /** True: the agent ended the conversation. */
  conversation_completed: v.boolean(),
});
export type InteractionCompleteMessage = v.InferOutput<typeof InteractionCompleteSchema>;

/** The server hears the user. `start` in seconds since the last zero. [rt] "Voice Activity Detection Events". */
export const VadSpeechStartedSchema = v.looseObject({
  type: v.literal('server.vad-speech-started'),
  start: v.number(),
});
export type VadSpeechStartedMessage = v.InferOutput<typeof VadSpeechStartedSchema>;

/** The user has spoken; the transcript may be empty. Times as above. [rt]. */
export const VadSpeechEndedSchema = v.looseObject({
  type: v.literal('server.vad-speech-ended'),
  transcript: v.string(),
  start: v.number(),
  end: v.number(),
});
export type VadSpeechEndedMessage = v.InferOutput<typeof VadSpeechEndedSchema>;

/** Later times count from a new zero; of what `timestamp` is a time, no page says. [rt]. */
export const VadSpeechResetZeroSchema = v.looseObject({
  type: v.literal('server.vad-speech-reset-zero'),
  timestamp: v.number(),
});
export type VadSpeechResetZeroMessage = v.InferOutput<typeof VadSpeechResetZeroSchema>;

/** [rt]. */
export const VadModeSwitchedSchema = v.looseObject({
  type: v.literal('server.vad-mode-switched'),
  current_vad_mode_on: v.boolean(),
});
export type VadModeSwitchedMessage = v.InferOutput<typeof VadModeSwitchedSchema>;

const agentAction = /* @__NO_SIDE_EFFECTS__ */ <const Type extends string>(type: Type) =>
  v.looseObject({ type: v.literal(type), action: AgentActionSchema });

/** A filler outside of an action, as docs.amigo.ai lists it among the events. */
const actionTooLong = /* @__NO_SIDE_EFFECTS__ */ <const Type extends string>(type: Type) =>
  v.looseObject({ type: v.literal(type), filler: v.string() });

/** The server's messages by their `type`. [rt] "Messages You Receive"; those without `server.` are HTTP's spellings. */
export const SERVER_SCHEMAS = {
  'server.conversation-created': ConversationCreatedSchema,
  /** The conversation goes on. No field is documented. */
  'server.conversation-retrieved': bare('server.conversation-retrieved'),
  /** The conversation is finished. */
  'server.conversation-completed': bare('server.conversation-completed'),
  'server.new-message': NewMessageSchema,
  'server.interaction-complete': InteractionCompleteSchema,
  'server.vad-speech-started': VadSpeechStartedSchema,
  'server.vad-speech-ended': VadSpeechEndedSchema,
  'server.vad-speech-reset-zero': VadSpeechResetZeroSchema,
  'server.vad-mode-switched': VadModeSwitchedSchema,
  'server.current-agent-action': agentAction('server.current-agent-action'),
  'current-agent-action': agentAction('current-agent-action'),
  'server.action-too-long': actionTooLong('server.action-too-long'),
  'action-too-long': actionTooLong('action-too-long'),
  /**
   * No page has an error in band, so no field is promised: `http_error_code` and `error_description` as in HTTP's `error`
   * event ([oas]), or `code` and `message`, are read where they are.
   */
  'server.error': bare('server.error'),
  error: bare('error'),
} as const;

/** A message of a type this version does not know. `type` is ours; the wire's is `messageType`. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly messageType: string;
  /** The whole message, untrusted. */
  readonly raw: Readonly<Record<string, unknown>>;
}

type OutputOf<Schemas extends Readonly<Record<string, v.GenericSchema>>> = v.InferOutput<Schemas[keyof Schemas]>;

/** Everything a client may say. */
export type ClientMessage = OutputOf<typeof CLIENT_SCHEMAS> | UnknownMessage;

/** Everything a server may say. */
export type ServerMessage = OutputOf<typeof SERVER_SCHEMAS> | UnknownMessage;

/** One kind of message of either side. */
export type MessageOf<Type extends (ClientMessage | ServerMessage)['type']> = Extract<
  ClientMessage | ServerMessage,
  { readonly type: Type }
>;
