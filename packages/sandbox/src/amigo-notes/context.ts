// This file is what all handlers of the API share, and the steps that several of them take.
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import type { Conversation } from '../amigo-shared/conversation.ts';
import { OBJECT_ID } from '../amigo-shared/objectId.ts';
import type { OperationHold } from '../amigo-shared/operationLock.ts';
import type { Random } from '../random.ts';
import type { HttpResponse } from '../server/http.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { RateConverter } from '../speech/rateConverter.ts';
import type { FaultHits } from './faultHits.ts';
import type { Call, Caller } from './call.ts';
import { failure } from './call.ts';
import { ExchangeLedger } from './exchangeLedger.ts';
import type { NoteAgents } from './noteAgents.ts';
import type { Prompt, ReplyOutcome } from './prompt.ts';
import { NoteReply } from './noteReply.ts';
import type { AmigoNotesSettings } from './options.ts';
import type { RecordingKeys } from './recordingKeys.ts';
import type { ReplyFormat } from './replyAudio.ts';
import { DEFAULT_REPLY_FORMAT, FAULT_MP3_FORMAT, ReplyAudio } from './replyAudio.ts';
import type { UploadHistory } from './uploadHistory.ts';

/** For records. */
export const VENDOR_ID = 'amigo-notes';

/** Replies that may stream at once. */
const MAX_REPLIES = 256;

/** One per server. */
export interface NotesContext {
  readonly services: SandboxServices;
  readonly backend: AmigoBackend;
  readonly settings: AmigoNotesSettings;
  readonly random: Random;
  readonly agents: NoteAgents;
  readonly converter: RateConverter;
  readonly uploads: UploadHistory;
  readonly faultHits: FaultHits;
  readonly recordingKeys: RecordingKeys;
  /** Replies that are streaming. */
  readonly replies: Set<NoteReply>;
}

/** What a reply is opened with. */
export interface ReplyOpening {
  readonly status: 200 | 201;
  readonly conversation: Conversation;
  readonly hold: OperationHold;
  readonly prompt: Prompt;
  readonly eventTexts: readonly string[];
  readonly isNewConversation: boolean;
  /** Nothing for a written reply. */
  readonly format: ReplyFormat | undefined;
  readonly actions: ActionFilter;
  onOver?(outcome: ReplyOutcome): void;
}

/** Profiles that change what a stream says. */
const PROFILE_FAULTS = {
  documented: [],
  literal: [],
  hostile: ['unknown-event', 'agent-actions', 'blank-lines', 'crlf', 'odd-pieces', 'no-final-newline'],
  legacy: ['end-session'],
} as const;

/** The conversation with this id that the caller may use, or the answer that refuses it. */
export function findConversation(
  { backend }: NotesContext,
  call: Call,
  caller: Caller,
  conversationId: string,
): Conversation | HttpResponse {
  const isId = OBJECT_ID.test(conversationId);
  const found = isId ? backend.conversations.find(caller.organization, conversationId) : undefined;
  if (found !== undefined && found.userId === caller.userId) return found;
  // There is nothing that could be taken instead, so this is refused under every policy.
  const detail = isId ? 'no such conversation of this user' : 'a conversation id that is not 24 hex digits';
  call.breaches.add('B-14', detail);
  return failure(isId ? 404 : 422, `B-14: ${detail}`);
}

/** The right to work on a conversation, or the answer that refuses it, under every policy: two cannot talk at once. */
export function takeHold(call: Call, { lock }: Conversation): OperationHold | HttpResponse {
  const hold = lock.take();
  if (hold !== undefined) return hold;
  const detail = lock.isHeld
    ? 'another operation is running'
    : 'an operation that was broken off still holds the conversation';
  call.breaches.add('B-13', detail, lock.isHeld ? 'fatal' : 'note');
  return failure(409, `B-13: ${detail}`);
}

/** The answer to a call that would be one stream too many. */
export function refuseWhenFull({ replies }: NotesContext): HttpResponse | undefined {
  return replies.size < MAX_REPLIES ? undefined : failure(503, `${MAX_REPLIES} replies are streaming already`);
}

/** Begins a streamed reply. */
export function openReply(context: NotesContext, call: Call, opening: ReplyOpening): HttpResponse {
  const { services, backend, settings, agents, converter, replies } = context;
  const faults = call.faults.with(PROFILE_FAULTS[call.conditions.profile]);
  const { conversation } = opening;
  const format = opening.format === undefined ? undefined : formatByFault(call, opening.format);
  const reply = new NoteReply({
    ...opening,
    clock: services.clock,
    settings,
    faults,
    recordings: backend.conversations.recordings,
    agent: agents.take(conversation.id, call.conditions),
    ledger: new ExchangeLedger(services.ledger, VENDOR_ID, opening.prompt, call.request.body.length),
    audio: format === undefined ? undefined : new ReplyAudio(format, converter, services.mp3),
    onOver: (outcome) => {
      replies.delete(reply);
      if (conversation.isFinished) agents.close(conversation.id);
      opening.onOver?.(outcome);
    },
  });
  replies.add(reply);
  const headers = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };
  return { status: opening.status, headers, body: reply, mayBeCompressed: faults.has('gzip') };
}

function formatByFault({ faults }: Call, asked: ReplyFormat): ReplyFormat {
  if (faults.has('audio-mp3')) return FAULT_MP3_FORMAT;
  const pcm = asked.kind === 'pcm' ? asked : DEFAULT_REPLY_FORMAT;
  if (faults.has('audio-wav')) return { ...pcm, hasHeader: true };
  return faults.has('audio-raw') ? pcm : asked;
}
