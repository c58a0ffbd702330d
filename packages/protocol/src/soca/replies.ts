// This file decides which reply a message of Soca's belongs to, and which replies are dead. Pure.

/**
 * A reply of the agent's: by its number on the wire (`seq`), or, where the wire gives none, by our own count of replies
 * without a number.
 */
export type Reply = { readonly seq: number } | { readonly unnumbered: number };

/** What is known of the replies of one connection. */
export interface Replies {
  /** Highest number seen on any message; replies below it are dead. */
  readonly currentSeq: number | undefined;
  /** Highest number that audio came with. */
  readonly heardSeq: number | undefined;
  /** Replies up to this number are dead, though no higher one has begun. */
  readonly deadSeq: number | undefined;
  /** Which reply without a number is being said, from 1. */
  readonly unnumbered: number;
  /** Replies without a number are dead up to this one. */
  readonly deadUnnumbered: number;
}

/** Before anything was said. */
export const NO_REPLIES: Replies = {
  currentSeq: undefined,
  heardSeq: undefined,
  deadSeq: undefined,
  unnumbered: 1,
  deadUnnumbered: 0,
};

/** The neutral name of a reply: never used twice in a connection. */
export function nameOfReply(reply: Reply): string {
  return 'seq' in reply ? String(reply.seq) : `unnumbered-${reply.unnumbered}`;
}

/** True when nothing of the reply may be heard any more. */
export function isDead({ currentSeq, deadSeq, deadUnnumbered }: Replies, reply: Reply): boolean {
  if (!('seq' in reply)) return reply.unnumbered <= deadUnnumbered;
  return isBelow(reply.seq, currentSeq) || reply.seq === deadSeq || isBelow(reply.seq, deadSeq);
}

/** The reply that a step with this number belongs to. */
export function replyOf({ unnumbered }: Replies, seq: number | undefined): Reply {
  return seq === undefined ? { unnumbered } : { seq };
}

/** Audio of this reply came. */
export function withHeard(replies: Replies, reply: Reply): Replies {
  return 'seq' in reply ? { ...replies, heardSeq: reply.seq } : replies;
}

/** A higher number was seen: the replies below it, and those without a number so far, are over. */
export function raise(replies: Replies, seq: number): Replies {
  return { ...startNext(killUnnumbered(replies)), currentSeq: seq };
}

/** All that was heard so far is over, and no number tells what comes next. */
export function killHeard(replies: Replies): Replies {
  return { ...killUnnumbered(replies), deadSeq: replies.heardSeq };
}

/** What comes without a number from now on is another reply than before. */
export function startNext(replies: Replies): Replies {
  return { ...replies, unnumbered: replies.unnumbered + 1 };
}

function killUnnumbered(replies: Replies): Replies {
  return { ...replies, deadUnnumbered: replies.unnumbered };
}

function isBelow(seq: number, bound: number | undefined): boolean {
  return bound !== undefined && seq < bound;
}
