// This file models every event and answer of Amigo's voice notes in the vendor's own spelling. What clients send is in
// requestMessages.ts.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import * as v from 'valibot';
import { AGENT_ACTION_SHAPE, INTERACTION_COMPLETE_SHAPE, MESSAGE_PIECE_SHAPE } from '../amigo-shared/parts.ts';
import { messageSchema } from '../wire/schemaOf.ts';
import type { MessageShapes } from '../wire/shape.ts';

/** The lines of a reply by their `type`. */
export const EVENT_SHAPES = {
  /** First line when a conversation is made. [oas]. */
  'conversation-created': { conversation_id: 'string' },
  /** First line of an answer to a note: its text, or its transcript. [notes], [oas]. */
  'user-message-available': { message_id: 'string', user_message: 'string' },
  /** A step in the agent's thinking. The set of actions is open: only their `type` is checked. [notes], [oas]. */
  'current-agent-action': { action: AGENT_ACTION_SHAPE },
  /** A piece of the agent's message: text, or audio in base64. [oas]; read as tolerantly as in the real-time twin. */
  'new-message': MESSAGE_PIECE_SHAPE,
  /** The agent's message is complete and saved. [notes], [oas]. */
  'interaction-complete': INTERACTION_COMPLETE_SHAPE,
  /** A failure; the server closes next. Before `interaction-complete` the interaction is void, after it stands. [oas]. */
  error: { http_error_code: 'number', error_description: 'string' },
  /** Deprecated and without fields; gone from [oas] since 805eaa3. */
  'end-session': {},
} as const satisfies MessageShapes;

export const ConversationCreatedSchema = messageSchema(
  'type',
  'conversation-created',
  EVENT_SHAPES['conversation-created'],
);
export const UserMessageAvailableSchema = messageSchema(
  'type',
  'user-message-available',
  EVENT_SHAPES['user-message-available'],
);
export const CurrentAgentActionSchema = messageSchema(
  'type',
  'current-agent-action',
  EVENT_SHAPES['current-agent-action'],
);
export const NewMessageSchema = messageSchema('type', 'new-message', EVENT_SHAPES['new-message']);
export const InteractionCompleteSchema = messageSchema(
  'type',
  'interaction-complete',
  EVENT_SHAPES['interaction-complete'],
);
export const ErrorSchema = messageSchema('type', 'error', EVENT_SHAPES.error);
export const EndSessionSchema = messageSchema('type', 'end-session', EVENT_SHAPES['end-session']);

export type ConversationCreatedEvent = v.InferOutput<typeof ConversationCreatedSchema>;
export type UserMessageAvailableEvent = v.InferOutput<typeof UserMessageAvailableSchema>;
export type CurrentAgentActionEvent = v.InferOutput<typeof CurrentAgentActionSchema>;
export type NewMessageEvent = v.InferOutput<typeof NewMessageSchema>;
export type InteractionCompleteEvent = v.InferOutput<typeof InteractionCompleteSchema>;
export type ErrorEvent = v.InferOutput<typeof ErrorSchema>;
export type EndSessionEvent = v.InferOutput<typeof EndSessionSchema>;

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
