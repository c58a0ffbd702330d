// This file models every event and answer of Amigo's voice notes in the vendor's own spelling. What clients send is in
// requestMessages.ts.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import * as v from 'valibot';
import { AgentActionSchema, MESSAGE_PIECE_ENTRIES } from '../amigo-shared/parts.ts';

/** First line when a conversation is made. [oas]. */
export const ConversationCreatedSchema = v.looseObject({
  type: v.literal('conversation-created'),
  conversation_id: v.string(),
});
export type ConversationCreatedEvent = v.InferOutput<typeof ConversationCreatedSchema>;

/** First line of an answer to a note: its text, or its transcript. [notes], [oas]. */
export const UserMessageAvailableSchema = v.looseObject({
  type: v.literal('user-message-available'),
  message_id: v.string(),
  user_message: v.string(),
});
export type UserMessageAvailableEvent = v.InferOutput<typeof UserMessageAvailableSchema>;

/** A step in the agent's thinking. The set of actions is open: only their `type` is checked. [notes], [oas]. */
export const CurrentAgentActionSchema = v.looseObject({
  type: v.literal('current-agent-action'),
  action: AgentActionSchema,
});
export type CurrentAgentActionEvent = v.InferOutput<typeof CurrentAgentActionSchema>;

/** A piece of the agent's message: text, or audio in base64. [oas]; read as tolerantly as in the real-time twin. */
export const NewMessageSchema = v.looseObject({ type: v.literal('new-message'), ...MESSAGE_PIECE_ENTRIES });
export type NewMessageEvent = v.InferOutput<typeof NewMessageSchema>;

/** The agent's message is complete and saved. [notes], [oas]. */
export const InteractionCompleteSchema = v.looseObject({
  type: v.literal('interaction-complete'),
  message_id: v.string(),
  interaction_id: v.string(),
  full_message: v.string(),
  conversation_completed: v.boolean(),
});
export type InteractionCompleteEvent = v.InferOutput<typeof InteractionCompleteSchema>;

/** A failure; the server closes next. Before `interaction-complete` the interaction is void, after it stands. [oas]. */
export const ErrorSchema = v.looseObject({
  type: v.literal('error'),
  http_error_code: v.number(),
  error_description: v.string(),
});
export type ErrorEvent = v.InferOutput<typeof ErrorSchema>;

/** Deprecated and without fields; gone from [oas] since 805eaa3. */
export const EndSessionSchema = v.looseObject({ type: v.literal('end-session') });
export type EndSessionEvent = v.InferOutput<typeof EndSessionSchema>;

/** The lines of a reply by their `type`. */
export const EVENT_SCHEMAS = {
  'conversation-created': ConversationCreatedSchema,
  'user-message-available': UserMessageAvailableSchema,
  'current-agent-action': CurrentAgentActionSchema,
  'new-message': NewMessageSchema,
  'interaction-complete': InteractionCompleteSchema,
  error: ErrorSchema,
  'end-session': EndSessionSchema,
} as const;

/** A line of a type this version does not know. `type` is ours; the wire's is `messageType`. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly messageType: string;
  /** The whole line, untrusted. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Everything a reply may say, line by line. */
export type ServerMessage =
  | ConversationCreatedEvent
  | UserMessageAvailableEvent
  | CurrentAgentActionEvent
  | NewMessageEvent
  | InteractionCompleteEvent
  | ErrorEvent
  | EndSessionEvent
  | UnknownMessage;

/** One conversation of the list; it has more fields. [oas] `ConversationInstance`. */
export const ConversationSchema = v.looseObject({
  id: v.string(),
  user_id: v.string(),
  created_at: v.string(),
  is_finished: v.boolean(),
  service_id: v.string(),
});
export type Conversation = v.InferOutput<typeof ConversationSchema>;

/** Answer of the list. [oas]. */
export const ListResponseSchema = v.looseObject({
  conversations: v.array(ConversationSchema),
  has_more: v.boolean(),
  continuation_token: v.nullable(v.number()),
});
export type ListResponse = v.InferOutput<typeof ListResponseSchema>;

/** Answer of the call for a message's recording. Untyped in [oas]; the shape is [py]'s. */
export const SourceResponseSchema = v.looseObject({
  url: v.string(),
  expires_at: v.string(),
  /** `audio/mpeg` or `audio/wav`. */
  content_type: v.string(),
});
export type SourceResponse = v.InferOutput<typeof SourceResponseSchema>;

/** Body of an answer that is an error, as far as the SDKs know: one of the first three, one of the next two. [py]. */
export const ErrorBodySchema = v.looseObject({
  message: v.optional(v.unknown()),
  error: v.optional(v.unknown()),
  detail: v.optional(v.unknown()),
  code: v.optional(v.unknown()),
  error_code: v.optional(v.unknown()),
});
export type ErrorBody = v.InferOutput<typeof ErrorBodySchema>;

/** Headers of an answer that tell when to come back. */
export const RATE_HEADERS = {
  /** Seconds, or an HTTP date. */
  retryAfter: 'retry-after',
  limit: 'x-ratelimit-limit',
  remaining: 'x-ratelimit-remaining',
  /** Seconds since 1970. */
  reset: 'x-ratelimit-reset',
} as const;
