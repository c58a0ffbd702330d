// This file keeps all conversations of one sandbox, whichever Amigo surface made them.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { ConversationStart } from './conversation.ts';
import { Conversation } from './conversation.ts';
import { drawObjectId } from './objectId.ts';
import { OperationLock } from './operationLock.ts';
import { Recordings } from './recordings.ts';

/** Conversations kept; when there are more, the oldest goes: a finished one, else one that nobody works on. */
const MAX_CONVERSATIONS = 2000;
/** All conversations of one sandbox together, without recordings, in bytes; beyond it they go in the same order. */
const MAX_TOTAL_BYTES = 64_000_000;

/** Time and chance. */
export interface ConversationsPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Wall clock, in ms since 1970. */
  nowEpochMs(): number;
}

/** Whose conversation with what. */
export type Pairing = Pick<ConversationStart, 'organization' | 'userId' | 'serviceId'>;

/** The store. */
export class Conversations {
  /** What messages sounded like, by message id. */
  readonly recordings = new Recordings();
  readonly #ports: ConversationsPorts;
  /** In the order of creation. */
  readonly #byId = new Map<string, Conversation>();
  /** By user and service; accounts are few, so this stays small. */
  readonly #slots = new Map<string, OperationLock>();
  #totalBytes = 0;

  constructor(ports: ConversationsPorts) {
    this.#ports = ports;
  }

  /** Memory that all of them take, in bytes; roughly. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** All of them, oldest first. */
  get all(): readonly Conversation[] {
    return [...this.#byId.values()];
  }

  /** Makes one. Whether the user may have another is the caller's to ask: `findUnfinished`. */
  create(start: ConversationStart): Conversation {
    const { clock, random } = this.#ports;
    const drawId = (): string => drawObjectId(random);
    const nowEpochMs = (): number => this.#ports.nowEpochMs();
    const onGrown = (bytes: number): void => this.#grown(conversation, bytes);
    const conversation = new Conversation(start, { drawId, nowEpochMs, onGrown, lock: new OperationLock(clock) });
    this.#byId.set(conversation.id, conversation);
    if (this.#byId.size > MAX_CONVERSATIONS) this.delete(this.#findDispensable(conversation) ?? conversation);
    this.#grown(conversation, conversation.keptBytes);
    return conversation;
  }

  /** One of this organization's. */
  find(organization: string, id: string): Conversation | undefined {
    const found = this.#byId.get(id);
    return found?.organization === organization ? found : undefined;
  }

  /** The one unfinished conversation that a user may have with a service. */
  findUnfinished({ organization, userId, serviceId }: Pairing): Conversation | undefined {
    return this.all.find((each) => {
      const isTheirs = each.organization === organization && each.userId === userId && each.serviceId === serviceId;
      return isTheirs && !each.isFinished;
    });
  }

  /** Forgets it, as the vendor does with an empty one that is finished. */
  delete(conversation: Conversation): void {
    if (this.#byId.delete(conversation.id)) this.#totalBytes -= conversation.keptBytes;
  }

  /** The place of a user's one real-time connection to a service. Ask for known users and services only. */
  slotOf({ organization, userId, serviceId }: Pairing): OperationLock {
    const key = JSON.stringify([organization, userId, serviceId]);
    const slot = this.#slots.get(key) ?? new OperationLock(this.#ports.clock);
    this.#slots.set(key, slot);
    return slot;
  }

  #grown(conversation: Conversation, bytes: number): void {
    // A stream may go on with a conversation that was forgotten.
    if (this.#byId.get(conversation.id) !== conversation) return;
    this.#totalBytes += bytes;
    if (bytes <= 0) return;
    while (this.#totalBytes > MAX_TOTAL_BYTES) {
      const dispensable = this.#findDispensable(conversation);
      if (dispensable !== undefined) this.delete(dispensable);
      else if (conversation.messages.length > 0) conversation.forgetOldestMessage();
      else return;
    }
  }

  /** The one that is missed least, but not `latest`. */
  #findDispensable(latest: Conversation): Conversation | undefined {
    const old = this.all.filter((each) => each !== latest);
    return old.find((each) => each.isFinished) ?? old.find((each) => !each.lock.isTaken);
  }
}
