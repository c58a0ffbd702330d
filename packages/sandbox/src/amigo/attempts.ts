// This file remembers how each user's connections ended, and judges the next one by it: rules.
import { CLOSE_CODES } from '@voicewire/protocol/amigo';
import { forgetOldest } from '../forgetOldest.ts';

/** Users remembered, and as many tokens of nobody's; the one seen least lately goes first. */
const MAX_USERS = 256;
/** Who comes back later than this after a loss is somebody new, in ms. */
const RETURN_MS = 120_000;
/** After these codes the same attempt is bound to fail again. */
const TERMINAL_CODES: ReadonlySet<number> = new Set<number>([
  CLOSE_CODES.forbidden,
  CLOSE_CODES.badRequest,
  CLOSE_CODES.notFound,
  CLOSE_CODES.unsupportedMedia,
  1009,
]);
/** A retry within this time was no person's doing, in ms. */
const TERMINAL_QUIET_MS = 10_000;
const BUSY_CODES: ReadonlySet<number> = new Set<number>([CLOSE_CODES.rateLimited, 1013]);
/** The floor of the vendor's other API, in ms. */
const BUSY_WAIT_MS = 5000;
/** After these, the conversation is still there. */
const LOST_CODES: ReadonlySet<number> = new Set<number>([1006, CLOSE_CODES.timeout, 1001, 1011, 1012]);
/** More attempts than this within `STORM_MS` are no backoff: with full jitter from 1 s on, once in 4000 outages. */
const STORM_COUNT = 5;
const STORM_MS = 2000;

/** An unfinished conversation and how it stood. */
export interface Loss {
  readonly conversationId: string;
  readonly serviceId: string;
  readonly wasVadOn: boolean;
}

/** How a connection ended. */
export interface Ending {
  /** As the client saw it; 1006 for a loss. */
  readonly code: number;
  /** What there was to lose. */
  readonly loss: Loss | undefined;
}

/** Who comes, as far as the token tells. */
export interface Comer {
  /** Absent for a token that names nobody. */
  readonly user: string | undefined;
  /** Secret; kept for comparison only. Empty when there is none. */
  readonly token: string;
}

interface UserRecord {
  /** When the last attempts were made. */
  readonly attemptsAtMs: number[];
  lastCode?: number | undefined;
  endedAtMs: number;
  loss?: Loss | undefined;
  lostAtMs: number;
  unauthorizedCount: number;
  /** Secret; for comparison only. */
  refusedToken?: string | undefined;
}

/** All users of one sandbox. */
export class Attempts {
  readonly #users = new Map<string, UserRecord>();
  /** By token, for those that name nobody; apart, so that made-up tokens push no user out. */
  readonly #strangers = new Map<string, UserRecord>();

  /** Users remembered, at most 256. */
  get userCount(): number {
    return this.#users.size;
  }

  /** Tokens of nobody's that are remembered, at most 256. */
  get strangerCount(): number {
    return this.#strangers.size;
  }

  /**
   * One connection attempt.
   *
   * @returns What is wrong with coming now; empty when nothing is.
   */
  begin(comer: Comer, nowMs: number): readonly string[] {
    const record = this.#recordOf(comer);
    if (record === undefined) return [];
    const { token } = comer;
    const { lastCode = CLOSE_CODES.ended, attemptsAtMs } = record;
    const waitedMs = Math.round(nowMs - record.endedAtMs);
    const faults: string[] = [];
    if (TERMINAL_CODES.has(lastCode) && waitedMs < TERMINAL_QUIET_MS) {
      faults.push(`an attempt ${waitedMs} ms after close ${lastCode}, which is final`);
    }
    if (BUSY_CODES.has(lastCode) && waitedMs < BUSY_WAIT_MS) {
      faults.push(`an attempt ${waitedMs} ms after close ${lastCode}, wanted ${BUSY_WAIT_MS} ms`);
    }
    if (record.refusedToken === token) faults.push('the token that was refused with 3000 comes again');
    else if (record.unauthorizedCount > 1) faults.push('another attempt after a second 3000 in a row');
    attemptsAtMs.push(nowMs);
    if (attemptsAtMs.length > STORM_COUNT + 1) attemptsAtMs.shift();
    const spanMs = Math.round(nowMs - (attemptsAtMs[0] ?? nowMs));
    if (attemptsAtMs.length > STORM_COUNT && spanMs < STORM_MS) {
      faults.push(`${attemptsAtMs.length} attempts within ${spanMs} ms`);
    }
    return faults;
  }

  /** The conversation was created or retrieved: whatever went wrong before is over. */
  succeed(comer: Comer): void {
    const record = this.#recordOf(comer);
    if (record === undefined) return;
    record.unauthorizedCount = 0;
    record.refusedToken = undefined;
    record.lastCode = undefined;
    record.loss = undefined;
    record.attemptsAtMs.length = 0;
  }

  /** The conversation that this user lost less than 2 minutes ago. */
  findLoss(user: string, nowMs: number): Loss | undefined {
    const record = this.#users.get(user);
    return record !== undefined && nowMs - record.lostAtMs <= RETURN_MS ? record.loss : undefined;
  }

  /** A connection ended, or was refused. One that never got as far as a conversation hides no earlier loss. */
  end(comer: Comer, { code, loss }: Ending, nowMs: number): void {
    const record = this.#recordOf(comer);
    if (record === undefined) return;
    record.lastCode = code;
    record.endedAtMs = nowMs;
    if (code === CLOSE_CODES.unauthorized) {
      record.unauthorizedCount += 1;
      record.refusedToken = comer.token;
    }
    if (loss === undefined || !LOST_CODES.has(code)) return;
    record.loss = loss;
    record.lostAtMs = nowMs;
  }

  /** Nothing for those who show no token at all: they cannot be told from each other. */
  #recordOf({ user, token }: Comer): UserRecord | undefined {
    const [records, key] = user === undefined ? [this.#strangers, token] : [this.#users, user];
    if (key === '') return undefined;
    const fresh: UserRecord = { attemptsAtMs: [], endedAtMs: 0, lostAtMs: 0, unauthorizedCount: 0 };
    const record = records.get(key) ?? fresh;
    // Set anew, so that the map's order is that of the last use.
    records.delete(key);
    records.set(key, record);
    forgetOldest(records, MAX_USERS);
    return record;
  }
}
