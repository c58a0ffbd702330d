// This file decides whether a broken connection is tried again, and how long to wait before it.
import type { CloseVerdict } from '@voicewire/protocol';

/** How a session reconnects. */
export interface ReconnectOptions {
  /** Attempts in a row that may fail. Default 100. */
  readonly maxAttempts?: number;
  /** Longest time without a connection, in ms. Default 15 minutes. */
  readonly maxDurationMs?: number;
  /** Longest wait before the second retry, in ms; it doubles from retry to retry. Default 500. */
  readonly baseDelayMs?: number;
  /** Longest wait before any retry, in ms. Default 30,000. */
  readonly maxDelayMs?: number;
  /**
   * Replaces the connection in the next pause once it is so old, in ms: for vendors that cut connections at a known age.
   * Default: never.
   */
  readonly handOverAfterMs?: number;
  /** A connection that is so old is replaced whoever speaks, in ms. Default: a minute after `handOverAfterMs`. */
  readonly handOverByMs?: number;
}

/** `ReconnectOptions` with the defaults filled in. */
export type RetryPolicy = Required<Omit<ReconnectOptions, 'handOverAfterMs' | 'handOverByMs'>>;

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 100,
  maxDurationMs: 900_000,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
};

/** What a failure says about trying again. */
export type RetryVerdict = Pick<CloseVerdict, 'retry' | 'minDelayMs' | 'maxRetryCount' | 'maxRetryMs'> & {
  /** The error code that the failure would end in. */
  readonly code: string;
};

/** What went wrong since the connection last held. */
export interface RetryHistory {
  /** Failures in a row: the break itself, and every attempt since. */
  readonly failureCount: number;
  /** When the connection broke. */
  readonly brokeMs: number;
  /** It broke because the server sent everybody away. */
  readonly wasShutdown: boolean;
  /** The verdict of the last failures, and how many of them in a row had it. */
  readonly lastCode: string | null;
  readonly sameCodeCount: number;
}

/** The next attempt comes after a random time between the two, in ms. */
export interface RetryDelay {
  readonly minMs: number;
  readonly maxMs: number;
}

const SHUTDOWN_CODE = 'server-shutdown';
/** A server that goes down sends all its clients away at once: they come back spread over this time, in ms. */
const SHUTDOWN_SPREAD_MS = 2_000;
/** A connection that held for so long counts as good: the next break is a new one, in ms. */
export const STABLE_AFTER_MS = 5_000;

/** "Try again later", whatever the vendor's pages say of it. IANA's registry of WebSocket close codes. */
const TRY_AGAIN_LATER = 1013;
/** How much later. Ours: long enough for a server to notice that it has fewer clients. */
const TRY_AGAIN_LATER_MS = 5_000;

/** What the vendor makes of a close, and what the code means by itself where the vendor says no more than "again". */
export function heedCloseCode(verdict: CloseVerdict, closeCode: number): CloseVerdict {
  if (closeCode !== TRY_AGAIN_LATER || verdict.retry !== 'backoff') return verdict;
  return { ...verdict, retry: 'after-delay', minDelayMs: TRY_AGAIN_LATER_MS };
}

/** The history after one more failure. */
export function recordFailure(history: RetryHistory | null, code: string, nowMs: number): RetryHistory {
  return {
    failureCount: (history?.failureCount ?? 0) + 1,
    brokeMs: history?.brokeMs ?? nowMs,
    wasShutdown: history?.wasShutdown ?? code === SHUTDOWN_CODE,
    lastCode: code,
    sameCodeCount: history?.lastCode === code ? history.sameCodeCount + 1 : 1,
  };
}

/**
 * Judges the latest failure, which `history` includes already.
 *
 * The first retry is immediate, or spread over two seconds when a server sends everybody away. Further ones wait a random
 * time between nothing and a limit that doubles (full jitter), so that many clients never come back in step; those that were
 * sent away together double their two seconds, or they would close ranks again.
 * @returns The wait before the next attempt; nothing when there should be none.
 */
export function planRetry(
  verdict: RetryVerdict,
  history: RetryHistory,
  policy: RetryPolicy,
  nowMs: number,
): RetryDelay | undefined {
  if (verdict.retry === 'none' || verdict.retry === 'never') return undefined;
  const brokenForMs = nowMs - history.brokeMs;
  if (history.failureCount > policy.maxAttempts || brokenForMs > policy.maxDurationMs) return undefined;
  if (verdict.maxRetryMs !== undefined && brokenForMs > verdict.maxRetryMs) return undefined;
  const maxRetryCount = verdict.maxRetryCount ?? (verdict.retry === 'new-credentials' ? 1 : Infinity);
  if (history.sameCodeCount > maxRetryCount) return undefined;

  const floorMs = verdict.retry === 'after-delay' ? (verdict.minDelayMs ?? 0) : 0;
  return { minMs: floorMs, maxMs: floorMs + spreadOf(history, policy) };
}

function spreadOf({ failureCount, wasShutdown }: RetryHistory, policy: RetryPolicy): number {
  if (wasShutdown) return Math.min(policy.maxDelayMs, SHUTDOWN_SPREAD_MS * 2 ** (failureCount - 1));
  if (failureCount === 1) return 0;
  return Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (failureCount - 2));
}
