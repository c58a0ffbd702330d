// This file knows which agent audio is dead: replies that were interrupted are not heard, whatever arrives late.
import type { Capabilities } from '@voicewire/protocol';

/** Dead replies that are remembered; a vendor sends late audio of the last one or two. */
const MAX_DEAD = 64;

/**
 * Liveness of agent audio. Where the vendor names replies, an interrupted name is dead for good. Where it does not, the
 * interrupted reply is taken to last until nothing has arrived for the vendor's `arrivalGapMs`.
 */
export class Generations {
  private isInterrupted = false;
  private lastArrivalMs = -Infinity;
  private current: string | undefined;
  private readonly dead = new Set<string>();
  // Where replies have names, nothing is taken for dead by its time of arrival.
  private readonly arrivalGapMs: number;

  constructor(generationKey: Capabilities['generationKey']) {
    this.arrivalGapMs = generationKey.kind === 'none' ? generationKey.arrivalGapMs : 0;
  }

  /** Everything that belongs to the reply being received is dead from now on. */
  interrupt(nowMs: number): void {
    this.isInterrupted = nowMs - this.lastArrivalMs < this.arrivalGapMs;
    if (this.current !== undefined) this.bury(this.current);
  }

  /** The vendor says that a reply is dead; without a name, the one being received. */
  bury(generation: string): void {
    this.dead.add(generation);
    const [oldest] = this.dead;
    if (this.dead.size > MAX_DEAD && oldest !== undefined) this.dead.delete(oldest);
  }

  /** Whether audio that arrives now may be heard. Call it once for every packet, in order. */
  isAlive(nowMs: number, generation?: string): boolean {
    const gapMs = nowMs - this.lastArrivalMs;
    this.lastArrivalMs = nowMs;
    if (generation !== undefined) {
      const isDead = this.dead.has(generation);
      if (!isDead) this.current = generation;
      return !isDead;
    }
    if (gapMs >= this.arrivalGapMs) this.isInterrupted = false;
    return !this.isInterrupted;
  }
}
