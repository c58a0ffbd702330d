// This file models every event and answer of Amigo's voice notes in the vendor's own spelling. What clients send is in
// requestMessages.ts.
//
// Sources as in constants.ts. Objects are loose: fields that this version does not know are kept, as `unknown`.
import { AGENT_ACTION_SHAPE, INTERACTION_COMPLETE_SHAPE, MESSAGE_PIECE_SHAPE } from '../amigo-shared/parts.ts';
import type { UnknownMessage } from '../wire/readWire.ts';
import type { MessageIn, MessageShapes } from '../wire/shape.ts';

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

type EventOf<Kind extends keyof typeof EVENT_SHAPES> = MessageIn<'type', Kind, (typeof EVENT_SHAPES)[Kind]>;

export type ConversationCreatedEvent = EventOf<'conversation-created'>;
export type UserMessageAvailableEvent = EventOf<'user-message-available'>;
export type CurrentAgentActionEvent = EventOf<'current-agent-action'>;
export type NewMessageEvent = EventOf<'new-message'>;
export type InteractionCompleteEvent = EventOf<'interaction-complete'>;
export type ErrorEvent = EventOf<'error'>;
export type EndSessionEvent = EventOf<'end-session'>;

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

/** Headers of an answer that tell when to come back. */
export const RATE_HEADERS = {
  /** Seconds, or an HTTP date. */
  retryAfter: 'retry-after',
  limit: 'x-ratelimit-limit',
  remaining: 'x-ratelimit-remaining',
  /** Seconds since 1970. */
  reset: 'x-ratelimit-reset',
} as const;
