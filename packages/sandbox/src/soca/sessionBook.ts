// This file remembers sessions by their ids, and judges how a client comes back to them: rules D-14 and D-15.
import type { Random } from '../random.ts';
import { forgetOldest } from '../forgetOldest.ts';

/** Sessions remembered; the one seen least lately goes first. */
const MAX_SESSIONS = 4096;
/** A refused start is not to be repeated for so long, in ms. */
const REFUSED_QUIET_MS = 60_000;
/** After a normal end by the server, a start within this time was no person's doing, in ms. */
const ENDED_QUIET_MS = 1000;
/** More attempts than these within this time are no backoff: with full jitter from 1 s on, hardly ever. */
const STORM_COUNT = 5;
const STORM_MS = 5000;
/** A client that comes back later than this may be another one, in ms. */
const RETURN_MS = 10_000;

/** How a connection ended. `lost`: by anything but a close with 1000. */
export type SessionEnding = 'ended' | 'ended-by-client' | 'lost' | 'refused';

/** What is known of one session. */
export interface KnownSession {
  readonly id: string;
  readonly agentId: string;
  /** False for ids that a client made up. */
  readonly isCreated: boolean;
  /** Number that the next reply has, where numbers go on; nothing before the first connection. */
  nextSeq: number | undefined;
  /** Open sockets, each as a way to close it. */
  readonly open: Set<() => void>;
  ending: SessionEnding | undefined;
  endedAtMs: number;
  /** When it was started, the latest few. */
  startsAtMs: number[];
}

/** Something wrong with a start. */
export interface ReturnBreach {
  readonly ruleId: 'D-14' | 'D-15';
  readonly detail: string;
}

/** All sessions of one server. */
export class SessionBook {
  readonly #random: Random;
  readonly #sessions = new Map<string, KnownSession>();
  /** The session that the server lost while it was the only one, and when. */
  #onlyLoss: { readonly id: string; readonly atMs: number } | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Sessions remembered, at most 4096. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Makes a session of an agent. */
  create(agentId: string): KnownSession {
    return this.#remember(this.#nextId(), agentId, true);
  }

  isCreated(id: string, agentId: string): boolean {
    const session = this.#sessions.get(id);
    return session !== undefined && session.isCreated && session.agentId === agentId;
  }

  /** Ids of an agent's sessions that were created here, oldest first. */
  listCreated(agentId: string): readonly string[] {
    return [...this.#sessions.values()]
      .filter((session) => session.isCreated && session.agentId === agentId)
      .map(({ id }) => id);
  }

  /** The session of this id, seen for the first time or again. */
  find(id: string, agentId: string): KnownSession {
    const known = this.#sessions.get(id);
    if (known === undefined) return this.#remember(id, agentId, false);
    // Moves to the end: the least lately seen goes first.
    this.#sessions.delete(id);
    this.#sessions.set(id, known);
    return known;
  }

  /** A client starts the session. @returns What is wrong with that, given how it ended before. */
  start(session: KnownSession, isRefused: boolean, nowMs: number): readonly ReturnBreach[] {
    const breaches = [...judgeReturn(session, isRefused, nowMs), ...this.#judgeLoss(session, nowMs)];
    session.startsAtMs = [...session.startsAtMs, nowMs].slice(-STORM_COUNT);
    return breaches;
  }

  /**
   * The session is open on one more socket.
   *
   * @param close Closes that socket; also names it in `closed`.
   */
  opened(session: KnownSession, close: () => void): void {
    session.open.add(close);
    if (this.#onlyLoss?.id === session.id) this.#onlyLoss = undefined;
  }

  /** Closes all sockets on which the session is open. */
  closeOpen(session: KnownSession): void {
    for (const close of [...session.open]) close();
  }

  /** A start of the session was refused. */
  refused(session: KnownSession, nowMs: number): void {
    session.ending = 'refused';
    session.endedAtMs = nowMs;
  }

  /**
   * A socket of the session closed.
   *
   * @param close As given to `opened`.
   * @param isOurDoing True when the server closed or dropped it.
   */
  closed(session: KnownSession, close: () => void, ending: SessionEnding, isOurDoing: boolean, nowMs: number): void {
    const openCount = [...this.#sessions.values()].reduce((sum, { open }) => sum + open.size, 0);
    session.open.delete(close);
    session.ending = ending;
    session.endedAtMs = nowMs;
    if (ending === 'lost' && isOurDoing && openCount === 1) this.#onlyLoss = { id: session.id, atMs: nowMs };
  }

  #judgeLoss(session: KnownSession, nowMs: number): readonly ReturnBreach[] {
    const loss = this.#onlyLoss;
    this.#onlyLoss = undefined;
    if (loss === undefined || loss.id === session.id || nowMs - loss.atMs > RETURN_MS) return [];
    return [{ ruleId: 'D-15', detail: 'another session_id than that of the session that was lost' }];
  }

  #remember(id: string, agentId: string, isCreated: boolean): KnownSession {
    const session: KnownSession = {
      id,
      agentId,
      isCreated,
      nextSeq: undefined,
      open: new Set(),
      ending: undefined,
      endedAtMs: 0,
      startsAtMs: [],
    };
    this.#sessions.set(id, session);
    forgetOldest(this.#sessions, MAX_SESSIONS);
    return session;
  }

  /** A UUID of version 4, as in the vendor's demo. */
  #nextId(): string {
    return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replaceAll('x', () => Math.floor(this.#random() * 16).toString(16));
  }
}

function judgeReturn(session: KnownSession, isRefused: boolean, nowMs: number): readonly ReturnBreach[] {
  const sinceMs = nowMs - session.endedAtMs;
  const blame = (detail: string): readonly ReturnBreach[] => [{ ruleId: 'D-14', detail }];
  switch (session.ending) {
    case 'refused':
      if (!isRefused || sinceMs > REFUSED_QUIET_MS) return [];
      return blame(`a start that was refused ${Math.round(sinceMs)} ms ago, again`);
    case 'ended':
      if (sinceMs > ENDED_QUIET_MS) return [];
      return blame(`a start ${Math.round(sinceMs)} ms after the session was closed with 1000`);
    case 'lost': {
      const recent = session.startsAtMs.filter((atMs) => nowMs - atMs <= STORM_MS);
      if (recent.length < STORM_COUNT) return [];
      return blame(`${recent.length + 1} starts within ${STORM_MS} ms`);
    }
    default:
      return [];
  }
}
