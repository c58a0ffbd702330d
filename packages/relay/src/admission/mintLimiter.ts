// This file limits how often one client may ask for tokens: a bucket each, in bounded memory.
import type { RelayClock } from '../clock.ts';
import { RecentMap } from '../recentMap.ts';

/** How often one client may ask. */
export interface MintRate {
  /** At once. */
  readonly burstCount: number;
  /** In the long run. */
  readonly perMinuteCount: number;
}

/** Ours: a page asks once per connection attempt, and a client that retries backs off within a few. */
export const DEFAULT_MINT_RATE: MintRate = { burstCount: 20, perMinuteCount: 20 };

/** Clients remembered at a time; those that asked least recently are forgotten for others. Ours. */
const MAX_CLIENTS = 10_000;

/** Counts requests per client. */
export class MintLimiter {
  /** When each client would be owed nothing if it asked at the steady rate, in ms. */
  readonly #evenMs: RecentMap<number>;

  constructor(
    private readonly clock: RelayClock,
    private readonly rate: MintRate,
    maxClients = MAX_CLIENTS,
  ) {
    this.#evenMs = new RecentMap(maxClients);
  }

  get clientCount(): number {
    return this.#evenMs.count;
  }

  /** Counts a request, unless it is one too many. @returns 0 when it may go on, else after how many ms it might. */
  take(client: string): number {
    const intervalMs = 60_000 / this.rate.perMinuteCount;
    const nowMs = this.clock.nowMs();
    const evenMs = Math.max(nowMs, this.#evenMs.get(client) ?? nowMs);
    // A client may be ahead of the steady rate by a burst, of which this request is one.
    const aheadMs = evenMs - nowMs - (this.rate.burstCount - 1) * intervalMs;
    const isTooMany = aheadMs > 0;
    this.#evenMs.set(client, isTooMany ? evenMs : evenMs + intervalMs);
    return isTooMany ? Math.ceil(aheadMs) : 0;
  }
}
