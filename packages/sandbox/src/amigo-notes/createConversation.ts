// This file makes conversations; the answer is the stream of the agent's first reply.
import type { CreateBody } from '@voicewire/protocol/amigo-notes';
import { parseCreateBody, parseCreateQuery } from '@voicewire/protocol/amigo-notes';
import { decodeUtf8 } from '@voicewire/protocol/wire';
import type { HttpResponse } from '../server/http.ts';
import { answerByFault } from './answerFaults.ts';
import type { Call, Caller } from './call.ts';
import { failure, isResponse, refuse } from './call.ts';
import type { NotesContext } from './context.ts';
import { openReply, refuseWhenFull, takeHold } from './context.ts';
import type { Prompt } from './prompt.ts';
import { checkAccept, readActionFilter } from './readQuery.ts';
import { DEFAULT_REPLY_FORMAT } from './replyAudio.ts';

/** Answers `POST …/conversation/`. */
export function createConversation(context: NotesContext, call: Call, caller: Caller): HttpResponse {
  checkAccept(call);
  const query = parseCreateQuery(call.query);
  if (!query.ok) return unreadable(call, 'the query', query.issues[0]?.expected);
  const actions = readActionFilter(call, caller, query.message.current_agent_action_type);
  if (isResponse(actions)) return actions;
  const body = parseCreateBody(decodeUtf8(call.request.body));
  if (!body.ok) return unreadable(call, 'the body', body.issues[0]?.expected);
  const refused = refuseCreation(context, call, caller, body.message);
  if (refused !== undefined) return refused;
  const byFault = answerByFault(context, call, context);
  if (byFault !== undefined) return byFault.response;
  const full = refuseWhenFull(context);
  if (full !== undefined) return full;

  const { service_id: serviceId, service_version_set_name: serviceVersionSet = 'release', tags = {} } = body.message;
  const conversation = context.backend.conversations.create({ ...caller, serviceId, serviceVersionSet, tags });
  const hold = takeHold(call, conversation);
  if (isResponse(hold)) return hold;
  return openReply(context, call, {
    status: context.settings.createdStatus,
    conversation,
    hold,
    prompt: promptOf(body.message),
    eventTexts: [],
    isNewConversation: true,
    format: query.message.response_format === 'voice' ? DEFAULT_REPLY_FORMAT : undefined,
    actions,
  });
}

/** There is nothing to make, so this is refused under every policy. */
function unreadable(call: Call, what: string, expected = 'something else'): HttpResponse {
  const detail = `${what} cannot be read: wanted ${expected}`;
  call.breaches.add('B-09', detail);
  return failure(422, `B-09: ${detail}`);
}

/** B-14. */
function refuseCreation(
  { backend }: NotesContext,
  call: Call,
  caller: Caller,
  { service_id: serviceId, service_version_set_name: versionSet }: CreateBody,
): HttpResponse | undefined {
  const { accounts, conversations } = backend;
  if (!accounts.services.includes(serviceId)) return refuse(call, 'B-14', 404, 'no such service');
  if (versionSet !== undefined && !accounts.serviceVersionSets.includes(versionSet)) {
    return refuse(call, 'B-14', 404, 'no such version set');
  }
  const unfinished = conversations.findUnfinished({ ...caller, serviceId });
  if (unfinished === undefined) return undefined;
  return refuse(call, 'B-14', 400, `conversation ${unfinished.id} of this user and service is not finished`);
}

function promptOf({ initial_message: text, initial_message_type: type }: CreateBody): Prompt {
  if (!text) return { kind: 'none', isFirst: true };
  return { kind: 'text', author: type === 'external-event' ? type : 'user', text };
}
