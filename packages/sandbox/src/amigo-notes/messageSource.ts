// This file hands out recordings of messages: a URL for whoever may ask, and the file behind it for whoever has the URL.
import type { HttpResponse } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { Call, Caller } from './call.ts';
import { failure, isResponse } from './call.ts';
import type { NotesContext } from './context.ts';
import { findConversation } from './context.ts';
import { recordingPath } from './routes.ts';

/** Query parameter of a recording's URL that opens it. */
const KEY_PARAMETER = 'key';

/** Which message of which conversation. */
export interface MessagePlace {
  readonly conversationId: string;
  readonly messageId: string;
}

/** Answers `GET …/source`. */
export function describeSource(context: NotesContext, call: Call, caller: Caller, place: MessagePlace): HttpResponse {
  const conversation = findConversation(context, call, caller, place.conversationId);
  if (isResponse(conversation)) return conversation;
  const { recordings } = context.backend.conversations;
  const message = conversation.messages.find(({ id }) => id === place.messageId);
  const recording = message === undefined ? undefined : recordings.find(message.id);
  if (recording === undefined) return failure(404, 'There is no recording of this message.');
  const isLongLived = call.query.some(([name, value]) => name === 'long_lived' && value === 'true');
  const issued = context.recordingKeys.issue(
    place.messageId,
    isLongLived ? 'long' : 'short',
    context.services.nowEpochMs(),
  );
  const path = recordingPath(call.organization, conversation.id, place.messageId);
  const wishes = call.conditions.query === '' ? '' : `&${call.conditions.query}`;
  return jsonResponse(200, {
    url: `http://${call.request.headers['host'] ?? ''}${path}?${KEY_PARAMETER}=${issued.key}${wishes}`,
    expires_at: new Date(issued.expiresAtEpochMs).toISOString(),
    content_type: recording.contentType,
  });
}

/** Answers the URL of a recording; the key in it is all that is needed. */
export function serveRecording(context: NotesContext, call: Call, { messageId }: MessagePlace): HttpResponse {
  const key = call.query.find(([name]) => name === KEY_PARAMETER)?.[1] ?? '';
  const isOpen = context.recordingKeys.opens(key, messageId, context.services.nowEpochMs());
  if (!isOpen) return failure(403, 'The key of this URL is wrong or has expired.');
  const recording = context.backend.conversations.recordings.find(messageId);
  if (recording === undefined) return failure(404, 'The recording is not kept any more.');
  const { contentType, bytes } = recording;
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: bytes };
}
