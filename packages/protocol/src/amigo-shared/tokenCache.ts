// This file keeps one user's token for as long as it is good, and signs in once for all who wait.
import type { UserToken } from './signIn.ts';

/** Options of the cache. */
export interface TokenCacheOptions {
  /** Signs in: makes the call and reads its answer. Rejects when there is no token. */
  readonly signIn: () => Promise<UserToken>;
  /** Now, in ms since 1970, as `Date.now` gives it: expiry is told in wall-clock time. */
  readonly nowEpochMs: () => number;
}

/** A token with less life than this is replaced. As the vendor's SDK does: src/core/auth.ts, read 2026-11-21. */
export const REFRESH_BEFORE_EXPIRY_MS = 300_000;

/** ISO 8601 without a zone; the server's times are UTC. */
const WITHOUT_ZONE = /T[\d:.]+$/;

/** Hands out one token to all who ask, on a server. A token of unknown life is kept until it is rejected. */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  #token: UserToken | undefined;
  #signingIn: Promise<UserToken> | undefined;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** The token, or the one being fetched; rejects with what `signIn` rejects with, and the next call tries again. */
  async get(): Promise<UserToken> {
    if (this.#token !== undefined && this.#isFresh(this.#token)) return this.#token;
    this.#signingIn ??= this.#signIn();
    return this.#signingIn;
  }

  /** A server has answered 401 to this token: it is not handed out again. A newer one stays. */
  reject(token: string): void {
    if (this.#token?.token === token) this.#token = undefined;
  }

  async #signIn(): Promise<UserToken> {
    try {
      this.#token = await this.#options.signIn();
      return this.#token;
    } finally {
      this.#signingIn = undefined;
    }
  }

  #isFresh({ expiresAt }: UserToken): boolean {
    const expiresAtMs = expiresAt === undefined ? undefined : parseExpiryMs(expiresAt);
    return expiresAtMs === undefined || expiresAtMs - this.#options.nowEpochMs() > REFRESH_BEFORE_EXPIRY_MS;
  }
}

/** ISO 8601 in ms since 1970; `undefined` for what is no time. */
export function parseExpiryMs(expiresAt: string): number | undefined {
  const timeMs = Date.parse(WITHOUT_ZONE.test(expiresAt) ? `${expiresAt}Z` : expiresAt);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
