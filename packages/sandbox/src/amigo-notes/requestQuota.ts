// This file counts requests per minute and says in headers how many are left: rule B-16.
import { RATE_HEADERS } from '@voicewire/protocol/amigo-notes';
import { forgetOldest } from '../forgetOldest.ts';

const WINDOW_MS = 60_000;
/** Counts kept; the one used least lately goes first. */
const MAX_COUNTED = 1024;

/** How `Retry-After` is written. The vendor's pages allow both forms. */
export type RetryAfterForm = 'seconds' | 'date';

/** Whether one more request may pass. */
export interface QuotaVerdict {
  readonly isWithin: boolean;
  /** True when it came before the time that an earlier 429 named. */
  readonly isTooSoon: boolean;
  /** From now until one may pass, in ms; 0 when this one may. */
  readonly waitMs: number;
  readonly limitCount: number;
  readonly remainingCount: number;
  /** When the window is empty again, in ms from now. */
  readonly resetMs: number;
}

interface Counted {
  readonly timesMs: number[];
  /** Nobody should come back before this. */
  retryAtMs: number;
}

/** Requests of the last 60 s, by whom and what. */
export class RequestQuota {
  readonly #counted = new Map<string, Counted>();

  /** Counts a request that comes now. One that is refused uses nothing up. */
  take(key: string, limitCount: number, nowMs: number): QuotaVerdict {
    const counted = this.#counted.get(key) ?? { timesMs: [], retryAtMs: 0 };
    this.#remember(key, counted);
    while ((counted.timesMs[0] ?? nowMs) <= nowMs - WINDOW_MS) counted.timesMs.shift();
    const isWithin = counted.timesMs.length < limitCount;
    const isTooSoon = nowMs < counted.retryAtMs;
    if (isWithin) counted.timesMs.push(nowMs);
    const { timesMs } = counted;
    const waitMs = isWithin ? 0 : (timesMs[timesMs.length - limitCount] ?? nowMs) + WINDOW_MS - nowMs;
    if (!isWithin) counted.retryAtMs = nowMs + waitMs;
    return {
      isWithin,
      isTooSoon,
      waitMs,
      limitCount,
      remainingCount: Math.max(0, limitCount - timesMs.length),
      resetMs: (timesMs.at(-1) ?? nowMs) + WINDOW_MS - nowMs,
    };
  }

  #remember(key: string, counted: Counted): void {
    this.#counted.delete(key);
    this.#counted.set(key, counted);
    forgetOldest(this.#counted, MAX_COUNTED);
  }
}

/** The headers of an answer, as the vendor's page on rate limits names them. */
export function quotaHeaders(verdict: QuotaVerdict, nowEpochMs: number, form: RetryAfterForm): Record<string, string> {
  const headers: Record<string, string> = {
    [RATE_HEADERS.limit]: String(verdict.limitCount),
    [RATE_HEADERS.remaining]: String(verdict.remainingCount),
    [RATE_HEADERS.reset]: String(Math.ceil((nowEpochMs + verdict.resetMs) / 1000)),
  };
  if (!verdict.isWithin) headers[RATE_HEADERS.retryAfter] = retryAfter(verdict.waitMs, nowEpochMs, form);
  return headers;
}

/** Rounded up: who waits so long is let in. */
export function retryAfter(waitMs: number, nowEpochMs: number, form: RetryAfterForm): string {
  if (form === 'seconds') return String(Math.ceil(waitMs / 1000));
  return new Date(Math.ceil((nowEpochMs + waitMs) / 1000) * 1000).toUTCString();
}
