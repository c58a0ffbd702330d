// This file opens a conversation, a new one or one that goes on: rules.
import type { ContinueConversationMessage, StartConversationMessage } from '@voicewire/protocol/amigo';
import { CLOSE_CODES } from '@voicewire/protocol/amigo';
import type { Conversation } from '../amigo-shared/conversation.ts';
import { OBJECT_ID } from '../amigo-shared/objectId.ts';
import type { OperationHold } from '../amigo-shared/operationLock.ts';
import type { RuleId } from './rules.ts';
import type { SessionPorts } from './sessionPorts.ts';

/** A conversation and what this connection holds of it. */
export interface Opening {
  readonly conversation: Conversation;
  /** The user's place at the service, and the conversation's lock; fewer where the policy let a breach pass. */
  readonly holds: readonly OperationHold[];
}

/** How a refusal is said. */
export interface OpeningEvents {
  /** Records a breach and closes. @returns False where nothing is closed. */
  readonly refuse: (ruleId: RuleId, detail: string, closeCode: number) => boolean;
  /** Closes for what is no fault of the client's. @returns False where nothing is closed. */
  readonly deny: (closeCode: number) => boolean;
}

/** @returns Nothing when it was refused. */
export function openConversation(
  message: StartConversationMessage | ContinueConversationMessage,
  ports: SessionPorts,
  events: OpeningEvents,
): Opening | undefined {
  const conversation = message.type === 'client.start-conversation' ? undefined : find(message, ports, events);
  const serviceId =
    message.type === 'client.start-conversation' ? judgeService(message, ports, events) : conversation?.serviceId;
  if (serviceId === undefined) return undefined;
  const place = takePlace(serviceId, ports, events);
  if (place === 'refused') return undefined;
  const opened = conversation ?? create(message, serviceId, ports, events);
  const lock = opened?.lock.take();
  const isLocked = opened !== undefined && lock === undefined;
  const isRefused = isLocked && events.refuse('A-08', 'a request works on the conversation', CLOSE_CODES.conflict);
  if (opened === undefined || isRefused) {
    place?.release();
    return undefined;
  }
  return { conversation: opened, holds: [place, lock].filter((hold) => hold !== undefined) };
}

function judgeService(
  { service_id: serviceId, service_version_set_name: set = 'release' }: StartConversationMessage,
  { backend }: SessionPorts,
  { refuse }: OpeningEvents,
): string | undefined {
  const { services, serviceVersionSets } = backend.accounts;
  const [anyService] = services;
  if (!OBJECT_ID.test(serviceId)) {
    if (refuse('A-15', 'service_id is not 24 hex digits', CLOSE_CODES.badRequest)) return undefined;
    return anyService;
  }
  if (!services.includes(serviceId)) {
    if (refuse('A-15', 'no service has this service_id', CLOSE_CODES.notFound)) return undefined;
    return anyService;
  }
  const isSetKnown = serviceVersionSets.includes(set);
  if (!isSetKnown && refuse('A-15', 'the service has no such version set', CLOSE_CODES.notFound)) return undefined;
  return serviceId;
}

function find(
  { conversation_id: id }: ContinueConversationMessage,
  { backend, handshake, userId, attempts, services, breaches }: SessionPorts,
  { refuse }: OpeningEvents,
): Conversation | undefined {
  if (!OBJECT_ID.test(id)) {
    refuse('A-15', 'conversation_id is not 24 hex digits', CLOSE_CODES.badRequest);
    return undefined;
  }
  const found = backend.conversations.find(handshake.organization, id);
  if (found?.userId !== userId) {
    refuse('A-15', 'the user has no conversation with this conversation_id', CLOSE_CODES.notFound);
    return undefined;
  }
  if (found.isFinished && refuse('A-15', 'the conversation is finished', CLOSE_CODES.conflict)) return undefined;
  const loss = attempts.findLoss(userId, services.clock.nowMs());
  if (loss !== undefined && loss.conversationId !== id && loss.serviceId === found.serviceId) {
    breaches.add('A-52', 'another conversation than the one that was lost');
  }
  return found;
}

function create(
  message: StartConversationMessage | ContinueConversationMessage,
  serviceId: string,
  { backend, handshake, userId, attempts, services, settings, breaches }: SessionPorts,
  { refuse }: OpeningEvents,
): Conversation | undefined {
  const whose = { organization: handshake.organization, userId, serviceId };
  const unfinished = backend.conversations.findUnfinished(whose);
  if (unfinished !== undefined && settings.unfinishedConversation !== 'finish') {
    const loss = attempts.findLoss(userId, services.clock.nowMs());
    if (loss?.conversationId === unfinished.id)
      breaches.add('A-52', 'a start where the lost conversation should go on');
    const isConflict = settings.unfinishedConversation === 'conflict';
    const closeCode = isConflict ? CLOSE_CODES.conflict : CLOSE_CODES.badRequest;
    if (refuse('A-16', 'the user has an unfinished conversation with this service', closeCode)) return undefined;
  }
  unfinished?.finish();
  const set = message.type === 'client.start-conversation' ? message.service_version_set_name : undefined;
  return backend.conversations.create({ ...whose, ...(set === undefined ? {} : { serviceVersionSet: set }) });
}

/** The user's one place at the service. Nothing: it is taken, and the policy lets that pass. */
function takePlace(
  serviceId: string,
  { backend, handshake, userId, isPlaceOccupied }: SessionPorts,
  { refuse, deny }: OpeningEvents,
): OperationHold | 'refused' | undefined {
  const place = backend.conversations.slotOf({ organization: handshake.organization, userId, serviceId }).take();
  if (place !== undefined) return place;
  const isRefused = isPlaceOccupied(serviceId)
    ? refuse('A-08', 'a second connection of this user to this service', CLOSE_CODES.conflict)
    : // The connection before broke off, and the place is held for a while. Coming back is right all the same.
      deny(CLOSE_CODES.conflict);
  return isRefused ? 'refused' : undefined;
}
