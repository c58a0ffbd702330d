// This file is one conversation as the vendor keeps it: its messages, its interactions, its lock, and whether it is over.
import { cutText } from '../cutText.ts';
import type { OperationLock } from './operationLock.ts';

/** Messages kept per conversation; the oldest go first. */
const MAX_MESSAGES = 200;
/** Longest text kept of one message, in characters. */
const MAX_TEXT_CHARS = 10_000;
/** What a message takes besides its text, and a conversation besides its messages, in bytes; roughly. */
const RECORD_BYTES = 200;

/** Who wrote a message. */
export type MessageAuthor = 'user' | 'agent' | 'external-event';

/** One message of a conversation. */
export interface ConversationMessage {
  /** 24 hex digits. */
  readonly id: string;
  readonly author: MessageAuthor;
  /** What was written or said; of the user's speech, the transcript. */
  readonly text: string;
  readonly createdAtEpochMs: number;
  /** Nothing while the interaction goes on. */
  readonly interactionId: string | undefined;
}

/** What a conversation is made with. */
export interface ConversationStart {
  readonly organization: string;
  readonly userId: string;
  readonly serviceId: string;
  /** Default `release`. */
  readonly serviceVersionSet?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
}

/** Where ids and times come from. */
export interface ConversationPorts {
  drawId(): string;
  nowEpochMs(): number;
  readonly lock: OperationLock;
  /** It keeps so much more, in bytes; less when negative. */
  onGrown?(bytes: number): void;
}

/** One conversation. Its ids are drawn, 24 hex digits. */
export class Conversation {
  readonly id: string;
  readonly organization: string;
  readonly userId: string;
  readonly serviceId: string;
  readonly serviceVersionSet: string;
  readonly tags: Readonly<Record<string, string | null>>;
  readonly createdAtEpochMs: number;
  /** Held by the stream or the socket that works on it. */
  readonly lock: OperationLock;
  readonly #ports: ConversationPorts;
  #messages: ConversationMessage[] = [];
  #keptBytes: number;
  #interactionCount = 0;
  #finishedAtEpochMs: number | undefined;

  constructor(start: ConversationStart, ports: ConversationPorts) {
    this.#ports = ports;
    this.id = ports.drawId();
    this.organization = start.organization;
    this.userId = start.userId;
    this.serviceId = start.serviceId;
    this.serviceVersionSet = start.serviceVersionSet ?? 'release';
    this.tags = start.tags ?? {};
    this.createdAtEpochMs = ports.nowEpochMs();
    this.lock = ports.lock;
    this.#keptBytes = RECORD_BYTES + 2 * JSON.stringify(this.tags).length;
  }

  /** The last 200, oldest first. */
  get messages(): readonly ConversationMessage[] {
    return this.#messages;
  }

  /** Memory that its tags and messages take, in bytes; roughly. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Interactions that were completed. */
  get interactionCount(): number {
    return this.#interactionCount;
  }

  get isFinished(): boolean {
    return this.#finishedAtEpochMs !== undefined;
  }

  get finishedAtEpochMs(): number | undefined {
    return this.#finishedAtEpochMs;
  }

  /** An id for a message that is on its way, or for an interaction. */
  drawId(): string {
    return this.#ports.drawId();
  }

  /**
   * Adds a message.
   *
   * @param id Where it was told before the message was complete; default: drawn.
   */
  addMessage(author: MessageAuthor, text: string, id = this.drawId()): ConversationMessage {
    const createdAtEpochMs = this.#ports.nowEpochMs();
    const shownText = cutText(text, MAX_TEXT_CHARS);
    const message: ConversationMessage = { id, author, text: shownText, createdAtEpochMs, interactionId: undefined };
    this.#messages.push(message);
    if (this.#messages.length > MAX_MESSAGES) this.forgetOldestMessage();
    this.#grow(sizeOf(message));
    return message;
  }

  /** Nobody can ask for it any more. */
  forgetOldestMessage(): void {
    const oldest = this.#messages.shift();
    if (oldest !== undefined) this.#grow(-sizeOf(oldest));
  }

  /**
   * Counts one more interaction, to which all messages since the last one belong.
   *
   * @param interactionId Where it was told before; default: drawn.
   * @returns Its id.
   */
  completeInteraction(interactionId = this.drawId()): string {
    this.#interactionCount += 1;
    this.#messages = this.#messages.map((each) =>
      each.interactionId === undefined ? { ...each, interactionId } : each,
    );
    return interactionId;
  }

  /** Nothing can be said in it any more. Idempotent. */
  finish(): void {
    this.#finishedAtEpochMs ??= this.#ports.nowEpochMs();
  }

  #grow(bytes: number): void {
    this.#keptBytes += bytes;
    this.#ports.onGrown?.(bytes);
  }
}

/** Two bytes a character, as most languages need. */
function sizeOf({ text }: ConversationMessage): number {
  return RECORD_BYTES + 2 * text.length;
}
