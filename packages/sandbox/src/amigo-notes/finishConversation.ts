// This file ends conversations.
import type { HttpResponse } from '../server/http.ts';
import type { Call, Caller } from './call.ts';
import { failure, isResponse, refuse } from './call.ts';
import type { NotesContext } from './context.ts';
import { findConversation, takeHold } from './context.ts';

const FINISHED: HttpResponse = { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };

/** Answers `POST …/finish/`. */
export function finishConversation(context: NotesContext, call: Call, caller: Caller, id: string): HttpResponse {
  const conversation = findConversation(context, call, caller, id);
  if (isResponse(conversation)) return conversation;
  if (conversation.isFinished) return refuse(call, 'B-14', 409, 'the conversation is finished already') ?? FINISHED;
  const hold = takeHold(call, conversation);
  if (isResponse(hold)) return hold;
  hold.release();
  if (conversation.interactionCount === 0) {
    call.breaches.add('B-14', 'nothing has been said in the conversation', 'note');
    const isRefused = context.settings.emptyFinish === 'refuse' && call.breaches.isEnforced;
    if (isRefused) return failure(400, 'B-14: nothing has been said in the conversation');
    context.backend.conversations.delete(conversation);
  }
  conversation.finish();
  context.agents.close(id);
  return FINISHED;
}
