// This file holds the valibot schemas of a reply's lines, and of answers that are no stream.
//
// Sources as in constants.ts.
import * as v from 'valibot';
import { messageSchema } from '../wire/schemaOf.ts';
import { EVENT_SHAPES } from './messages.ts';

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
