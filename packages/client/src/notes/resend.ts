// This file decides whether a note that the server refused is sent again, and when. Pure.
import type { NoteVerdict } from '@voicewire/protocol';

/** Waits between two tries: 500 ms, then twice as long each time. What a conversation is busy with ends in about a second. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 4_000;

/** What happened to the note so far. */
export interface ResendHistory {
  /** Tries that were refused, this one included. */
  readonly refusedCount: number;
  /** Of them, those refused for the credentials. */
  readonly credentialsRefusedCount: number;
  /** From the first refusal to now, in ms. */
  readonly elapsedMs: number;
  /** What the user allows altogether, in ms. */
  readonly allowedMs: number;
  /** Whether asking for credentials again can give others. */
  readonly canRenewCredentials: boolean;
}

/**
 * How long to wait before the note is sent again, in ms; null: not at all.
 *
 * @param wasTaken True unless the server refused the note: what may have been taken would be said twice.
 * @param random Uniform in [0, 1): spreads waits between half and the whole of their length.
 */
export function planResend(
  verdict: NoteVerdict,
  wasTaken: boolean,
  history: ResendHistory,
  random: () => number,
): number | null {
  if (wasTaken || history.allowedMs <= 0) return null;
  if (verdict.maxRetryCount !== undefined && history.refusedCount > verdict.maxRetryCount) return null;
  const delayMs = delayOf(verdict, history, random);
  if (delayMs === null) return null;
  const lastsMs = history.elapsedMs + delayMs;
  return lastsMs <= Math.min(history.allowedMs, verdict.maxRetryMs ?? Number.POSITIVE_INFINITY) ? delayMs : null;
}

function delayOf(verdict: NoteVerdict, history: ResendHistory, random: () => number): number | null {
  switch (verdict.retry) {
    case 'new-credentials':
      return history.canRenewCredentials && history.credentialsRefusedCount === 1 ? 0 : null;
    case 'backoff':
      return spread(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (history.refusedCount - 1)), random);
    case 'after-delay':
      return verdict.minDelayMs ?? null;
    case 'none':
    case 'never':
    case 'ask':
      return null;
  }
}

function spread(delayMs: number, random: () => number): number {
  return delayMs * (0.5 + random() / 2);
}
