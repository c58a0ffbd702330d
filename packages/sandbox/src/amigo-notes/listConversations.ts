// This file lists a user's conversations, page by page.
import type { Conversation as WireConversation, ListQuery } from '@voicewire/protocol/amigo-notes';
import { LIMITS, parseListQuery } from '@voicewire/protocol/amigo-notes';
import type { Conversation } from '../amigo-shared/conversation.ts';
import type { HttpResponse } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { Call, Caller } from './call.ts';
import { failure } from './call.ts';
import type { NotesContext } from './context.ts';

/** Answers `GET …/conversation/`. */
export function listConversations({ backend }: NotesContext, call: Call, caller: Caller): HttpResponse {
  const parsed = parseListQuery(call.query);
  if (!parsed.ok) {
    const detail = `the query cannot be read: wanted ${parsed.issues[0]?.expected ?? 'something else'}`;
    call.breaches.add('B-09', detail);
    return failure(422, `B-09: ${detail}`);
  }
  const query = parsed.message;
  const all = backend.conversations.all.filter((each) => isTheirs(each, caller) && matches(each, query));
  if (query.sort_by?.[0] !== '+created_at') all.reverse();
  const start = query.continuation_token ?? 0;
  const end = start + (query.limit ?? LIMITS.maxListCount);
  const hasMore = end < all.length;
  return jsonResponse(200, {
    conversations: all.slice(start, end).map(describe),
    has_more: hasMore,
    continuation_token: hasMore ? end : null,
  });
}

function isTheirs({ organization, userId }: Conversation, caller: Caller): boolean {
  return organization === caller.organization && userId === caller.userId;
}

function matches(conversation: Conversation, { service_id, user_id, id, is_finished, tag }: ListQuery): boolean {
  const isAmong = (wanted: readonly string[] | undefined, value: string): boolean => wanted?.includes(value) ?? true;
  return (
    isAmong(service_id, conversation.serviceId) &&
    isAmong(user_id, conversation.userId) &&
    isAmong(id, conversation.id) &&
    (is_finished ?? conversation.isFinished) === conversation.isFinished &&
    (tag === undefined || hasTags(conversation, tag))
  );
}

function hasTags({ tags }: Conversation, wanted: readonly string[]): boolean {
  const present = new Set(Object.entries(tags).map(([name, value]) => `${name}:${value ?? ''}`));
  return wanted.every((each) => present.has(each));
}

function describe(conversation: Conversation): WireConversation {
  return {
    id: conversation.id,
    user_id: conversation.userId,
    service_id: conversation.serviceId,
    created_at: new Date(conversation.createdAtEpochMs).toISOString(),
    is_finished: conversation.isFinished,
    is_analyzed: conversation.isFinished,
    completed_post_processings: [],
    final_message: conversation.messages.at(-1)?.text ?? '',
    version_set_info: null,
    num_messages: conversation.messages.length,
    tags: conversation.tags,
  };
}
