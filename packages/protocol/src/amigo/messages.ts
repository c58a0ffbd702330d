// This file models every message of Amigo's real-time voice in the vendor's own spelling: schemas and their types.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import * as v from 'valibot';
import { AgentActionSchema, MESSAGE_PIECE_ENTRIES } from '../amigo-shared/parts.ts';

/** Messages without fields. */
const bare = /* @__NO_SIDE_EFFECTS__ */ <const Type extends string>(type: Type) =>
  v.looseObject({ type: v.literal(type) });

/** First message: a new conversation with a service. Answer: `server.conversation-created`. [rt]. */
export const StartConversationSchema = v.looseObject({
  type: v.literal('client.start-conversation'),
  /** 24 hex digits. */
  service_id: v.string(),
  /** `release` when absent. */
  service_version_set_name: v.optional(v.string()),
});
export type StartConversationMessage = v.InferOutput<typeof StartConversationSchema>;

/** First message: an unfinished conversation again. Answer: `server.conversation-retrieved`. [rt]. */
export const ContinueConversationSchema = v.looseObject({
  type: v.literal('client.continue-conversation'),
  conversation_id: v.string(),
});
export type ContinueConversationMessage = v.InferOutput<typeof ContinueConversationSchema>;

/** Text of the user's, or something the agent should know. [rt], [ext]. */
export const NewTextMessageSchema = v.looseObject({
  type: v.literal('client.new-text-message'),
  text: v.string(),
  message_type: v.picklist(['user-message', 'external-event']),
  /** For events only: they start an interaction at once; false when absent. */
  start_interaction: v.optional(v.boolean()),
});
export type NewTextMessage = v.InferOutput<typeof NewTextMessageSchema>;

/**
 * What audio from the user is. [rt] names the format in `format`, the HTTP schema of [oas] in `type`; a server may want
 * either. All but the names in Hz, bytes or bit/s.
 */
export const AudioConfigSchema = v.looseObject({
  format: v.optional(v.picklist(['pcm', 'mp3'])),
  type: v.optional(v.picklist(['pcm', 'mp3'])),
  sample_rate: v.optional(v.number()),
  frame_rate: v.optional(v.number()),
  sample_width: v.optional(v.number()),
  n_channels: v.optional(v.number()),
  bit_rate: v.optional(v.number()),
});
export type AudioConfig = v.InferOutput<typeof AudioConfigSchema>;

/** Audio of the user's. [rt] "Send Audio". */
export const NewAudioMessageSchema = v.looseObject({
  type: v.literal('client.new-audio-message'),
  /** Base64; `null` ends the utterance, where the client detects turns. */
  audio: v.nullable(v.string()),
  /** With the first message only; see the README for "first of what". */
  audio_config: v.optional(AudioConfigSchema),
});
export type NewAudioMessage = v.InferOutput<typeof NewAudioMessageSchema>;

/** Who detects turns from now on. Answer: `server.vad-mode-switched`, within 10 s when switching off. [rt]. */
export const SwitchVadModeSchema = v.looseObject({
  type: v.literal('client.switch-vad-mode'),
  vad_mode_on: v.boolean(),
});
export type SwitchVadModeMessage = v.InferOutput<typeof SwitchVadModeSchema>;

/** The client's text messages by their `type`. [rt] "Messages You Send". */
export const CLIENT_SCHEMAS = {
  'client.start-conversation': StartConversationSchema,
  'client.continue-conversation': ContinueConversationSchema,
  'client.new-text-message': NewTextMessageSchema,
  'client.new-audio-message': NewAudioMessageSchema,
  'client.switch-vad-mode': SwitchVadModeSchema,
  /** Only with turn detection off. Answer: `server.conversation-completed`. */
  'client.finish-conversation': bare('client.finish-conversation'),
  /** The graceful end of a connection; the conversation stays. No answer. */
  'client.close-connection': bare('client.close-connection'),
  /** Keeps the connection alive. No answer. */
  'client.extend-timeout': bare('client.extend-timeout'),
} as const;

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
