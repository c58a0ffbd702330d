// This file lists the messages of a conversation, page by page. No rule is about it; the vendor's SDK shows it in its example.
import type { ConversationMessage, MessageAuthor } from '../amigo-shared/conversation.ts';
import type { HttpResponse } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { Call, Caller } from './call.ts';
import { failure, isResponse } from './call.ts';
import type { NotesContext } from './context.ts';
import { findConversation } from './context.ts';

/** Most messages per page, and the default. The vendor's API document. */
const MAX_LIMIT_COUNT = 500;

/** The vendor's words for who wrote a message. */
const MESSAGE_TYPES = {
  user: 'user-message',
  agent: 'agent-message',
  'external-event': 'external-event',
} as const satisfies Record<MessageAuthor, string>;

/** Answers `GET …/messages/`. */
export function listMessages(context: NotesContext, call: Call, caller: Caller, id: string): HttpResponse {
  const conversation = findConversation(context, call, caller, id);
  if (isResponse(conversation)) return conversation;
  const limitCount = readCount(call, 'limit') ?? MAX_LIMIT_COUNT;
  if (!(limitCount >= 1 && limitCount <= MAX_LIMIT_COUNT)) return failure(422, `limit: wanted 1 to ${MAX_LIMIT_COUNT}`);
  const all = conversation.messages.filter((message) => {
    return (
      isAmong(call, 'id', message.id) &&
      isAmong(call, 'interaction_id', message.interactionId ?? '') &&
      isAmong(call, 'message_type', MESSAGE_TYPES[message.author])
    );
  });
  if (call.query.some(([name, value]) => name === 'sort_by' && value === '-created_at')) all.reverse();
  const start = readCount(call, 'continuation_token') || 0;
  const end = start + limitCount;
  const hasMore = end < all.length;
  return jsonResponse(200, {
    messages: all.slice(start, end).map((message) => describe(context, message)),
    has_more: hasMore,
    continuation_token: hasMore ? end : null,
  });
}

function describe(
  { backend }: NotesContext,
  { id, author, text, createdAtEpochMs, interactionId }: ConversationMessage,
) {
  return {
    id,
    interaction_id: interactionId ?? '',
    created_at: new Date(createdAtEpochMs).toISOString(),
    sender: author,
    message: text,
    format: backend.conversations.recordings.find(id) === undefined ? 'text' : 'voice',
    message_type: MESSAGE_TYPES[author],
  };
}

/** True where the query names no values, or this one among them. */
function isAmong({ query }: Call, name: string, value: string): boolean {
  const wanted = query.filter(([key]) => key === name).map(([, each]) => each);
  return wanted.length === 0 || wanted.includes(value);
}

/** A whole number; NaN for what is none. */
function readCount({ query }: Call, name: string): number | undefined {
  const text = query.find(([key]) => key === name)?.[1];
  return text === undefined ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}
