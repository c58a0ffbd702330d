// This file lets bearers of a key fetch one recording, for a while: what the URL of a recording carries.
import type { Random } from '../random.ts';
import { randomId } from '../random.ts';
import { forgetOldest } from '../forgetOldest.ts';

/** 24 characters of 5 bits: 120 bits. */
const KEY_CHARS = 24;
/** Keys remembered; the oldest goes first. */
const MAX_KEYS = 1024;
/** How long a key is good, in ms: as the vendor's long-lived ones, and ours. */
const LIFE_MS = { long: 12 * 3_600_000, short: 300_000 } as const;

/** One key. */
export interface RecordingKey {
  /** Secret; part of a URL. */
  readonly key: string;
  readonly messageId: string;
  readonly expiresAtEpochMs: number;
}

/** All keys of one server. */
export class RecordingKeys {
  readonly #random: Random;
  readonly #keys = new Map<string, RecordingKey>();

  constructor(random: Random) {
    this.#random = random;
  }

  issue(messageId: string, life: 'long' | 'short', nowEpochMs: number): RecordingKey {
    const key = randomId(this.#random, KEY_CHARS);
    const issued: RecordingKey = { key, messageId, expiresAtEpochMs: nowEpochMs + LIFE_MS[life] };
    this.#keys.set(key, issued);
    forgetOldest(this.#keys, MAX_KEYS);
    return issued;
  }

  /** True for a key of this message that is still good. */
  opens(key: string, messageId: string, nowEpochMs: number): boolean {
    const issued = this.#keys.get(key);
    return issued !== undefined && issued.messageId === messageId && nowEpochMs < issued.expiresAtEpochMs;
  }
}
