// This file remembers which tokens were used, for as long as they would still be good, in bounded memory.
import type { RelayClock } from '../clock.ts';

/** Which tokens were used. For several processes behind one address, give one that they share. */
export interface UsedTokens {
  /**
   * True for the first call with this id, and false for every later one until the token has expired. Must be atomic.
   * A rejection counts as false.
   */
  claim(id: string, expiresEpochMs: number): boolean | Promise<boolean>;
}

/** Tokens remembered at a time. Ours: 60 s of 1,600 redeemed tokens a second, in some 20 MB. */
export const MAX_USED_TOKENS = 100_000;

/** Tokens of about the same age, which are forgotten together. */
interface Generation {
  readonly ids: Set<string>;
  /** When the last of them expires. */
  lastExpiresEpochMs: number;
}

/** In the memory of one process. When it is full of tokens that are still good, no further one is taken. */
export class UsedTokenMemory implements UsedTokens {
  #young = createGeneration();
  #old = createGeneration();

  constructor(
    private readonly clock: RelayClock,
    private readonly maxCount = MAX_USED_TOKENS,
  ) {}

  get count(): number {
    return this.#young.ids.size + this.#old.ids.size;
  }

  claim(id: string, expiresEpochMs: number): boolean {
    this.#forgetExpired();
    // Forgetting one that is still good would let it in again.
    if (this.#young.ids.has(id) || this.#old.ids.has(id) || this.count >= this.maxCount) return false;
    this.#young.ids.add(id);
    this.#young.lastExpiresEpochMs = Math.max(this.#young.lastExpiresEpochMs, expiresEpochMs);
    return true;
  }

  #forgetExpired(): void {
    const nowMs = this.clock.nowEpochMs();
    if (this.#old.lastExpiresEpochMs > nowMs) return;
    // Both, where nobody came for a long time.
    this.#old = this.#young.lastExpiresEpochMs > nowMs ? this.#young : createGeneration();
    this.#young = createGeneration();
  }
}

function createGeneration(): Generation {
  return { ids: new Set(), lastExpiresEpochMs: Number.NEGATIVE_INFINITY };
}
