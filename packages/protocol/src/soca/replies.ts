// This file decides which reply a message of Soca's belongs to, and which replies are dead. Pure.

/**
 * A reply of the agent's: by its number on the wire (`seq`), or, where the wire gives none, by our own count of replies
 * without a number. The other one is NaN, which is below nothing.
 */
export interface Reply {
  readonly seq: number;
  readonly unnumbered: number;
}

/** What is known of the replies of one connection. Numbers are minus infinity before there is one. */
export interface Replies {
  /** Highest number seen on any message; replies below it are dead. */
  readonly currentSeq: number;
  /** Number that the last audio came with. */
  readonly heardSeq: number;
  /** Replies up to this number are dead, though no higher one has begun. */
  readonly deadSeq: number;
  /** Which reply without a number is being said, from 1. */
  readonly unnumbered: number;
  /** Replies without a number are dead up to this one. */
  readonly deadUnnumbered: number;
}

/** Before anything was said. */
export const NO_REPLIES: Replies = {
  currentSeq: -Infinity,
  heardSeq: -Infinity,
  deadSeq: -Infinity,
  unnumbered: 1,
  deadUnnumbered: 0,
};

/** The neutral name of a reply: never used twice in a connection. */
export function nameOfReply({ seq, unnumbered }: Reply): string {
  return unnumbered ? `unnumbered-${unnumbered}` : `${seq}`;
}

/** True when nothing of the reply may be heard any more. */
export function isDead({ currentSeq, deadSeq, deadUnnumbered }: Replies, { seq, unnumbered }: Reply): boolean {
  return seq < currentSeq || seq <= deadSeq || unnumbered <= deadUnnumbered;
}

/** The reply that a step with this number belongs to. */
export function replyOf({ unnumbered }: Replies, seq: number | undefined): Reply {
  return seq === undefined ? { seq: Number.NaN, unnumbered } : { seq, unnumbered: Number.NaN };
}

/** Audio of this reply came. */
export function withHeard<Known extends Replies>(replies: Known, { seq, unnumbered }: Reply): Known {
  return unnumbered ? replies : { ...replies, heardSeq: seq };
}

/** A higher number was seen: the replies below it, and those without a number so far, are over. */
export function raise<Known extends Replies>(replies: Known, currentSeq: number): Known {
  return { ...startNext(replies), deadUnnumbered: replies.unnumbered, currentSeq };
}

/** All that was heard so far is over, and no number tells what comes next. */
export function killHeard<Known extends Replies>(replies: Known): Known {
  return { ...replies, deadUnnumbered: replies.unnumbered, deadSeq: replies.heardSeq };
}

/** What comes without a number from now on is another reply than before. */
export function startNext<Known extends Replies>(replies: Known): Known {
  return { ...replies, unnumbered: replies.unnumbered + 1 };
}
