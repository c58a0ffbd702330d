// This file models every message of Amigo's real-time voice that a client sends: schemas and their types.
//
// Sources as in constants.ts. Only servers read these, so a client's code takes types from here and no value: its page then
// carries no schema of what it writes itself.
import * as v from 'valibot';

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

/** A message without fields. */
const bare = /* @__NO_SIDE_EFFECTS__ */ <const Type extends string>(type: Type) =>
  v.looseObject({ type: v.literal(type) });

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
