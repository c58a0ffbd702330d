// This file numbers replies: `seq` rises with every reply, and an interruption names the next one before it begins.
import type { Random } from '../random.ts';
import { randomId } from '../random.ts';

/** Lines that begin later than this after the end of the speech before them are another reply, in ms. */
const SAME_REPLY_MS = 1500;
const CHAT_ID_CHARS = 24;

/** What the agent says in answer to one turn. */
export interface Reply {
  readonly seq: number;
  readonly chatId: string;
  readonly startedAtMs: number;
  /** Lines that no final answer has repeated yet. */
  texts: string[];
  /** When the last of its speech had left, in real time; nothing while there is more. */
  spokenAtMs: number | undefined;
}

/** All replies of one connection. */
export class Replies {
  readonly #random: Random;
  #nextSeq: number;
  #nextSentenceId: number;
  #current: Reply | undefined;
  #lastSeq: number | undefined;
  #announcedSeq: number | undefined;

  /** @param firstSeq Number of the first reply. */
  constructor(firstSeq: number, random: Random) {
    this.#random = random;
    this.#nextSeq = firstSeq;
    this.#nextSentenceId = 100_000 + Math.floor(random() * 900_000);
  }

  /** Being said, or said last; nothing before the first and after `end`. */
  get current(): Reply | undefined {
    return this.#current;
  }

  /** Of the last reply that began. */
  get lastSeq(): number | undefined {
    return this.#lastSeq;
  }

  /** Number of the reply that begins next. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** The reply that a line belongs to, which begins now. */
  replyFor(text: string, nowMs: number): Reply {
    const { spokenAtMs } = this.#current ?? {};
    const isOver = spokenAtMs !== undefined && nowMs - spokenAtMs > SAME_REPLY_MS;
    const reply = this.#current === undefined || isOver ? this.#begin(nowMs) : this.#current;
    reply.texts.push(text);
    reply.spokenAtMs = undefined;
    return reply;
  }

  /** A fresh name for a sentence. */
  nextSentenceId(): number {
    this.#nextSentenceId += 1;
    return this.#nextSentenceId;
  }

  /** What is said next is another reply. @returns The one that ended. */
  end(): Reply | undefined {
    const ended = this.#current;
    this.#current = undefined;
    return ended;
  }

  /** The user interrupts: ends the reply and gives the number of the next, which is higher than any before. */
  interrupt(): number {
    this.end();
    // A number that was announced and never used is not announced again.
    if (this.#nextSeq === this.#announcedSeq) this.#nextSeq += 1;
    this.#announcedSeq = this.#nextSeq;
    return this.#nextSeq;
  }

  #begin(nowMs: number): Reply {
    const chatId = randomId(this.#random, CHAT_ID_CHARS);
    const reply: Reply = { seq: this.#nextSeq, chatId, startedAtMs: nowMs, texts: [], spokenAtMs: undefined };
    this.#lastSeq = this.#nextSeq;
    this.#nextSeq += 1;
    this.#current = reply;
    return reply;
  }
}
