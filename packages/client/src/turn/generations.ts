// This file knows which agent audio is dead: replies that were interrupted are not heard, whatever arrives late.
import type { Capabilities } from '@voicewire/protocol';

/**
 * Liveness of agent audio. Where the vendor names no reply, the interrupted one is taken to last until nothing has
 * arrived for the vendor's `arrivalGapMs`.
 */
export class Generations {
  private isInterrupted = false;
  private lastArrivalMs = -Infinity;

  // Where replies have names, nothing is taken for dead by its time of arrival.
  private readonly arrivalGapMs: number;

  constructor(generationKey: Capabilities['generationKey']) {
    this.arrivalGapMs = generationKey.kind === 'none' ? generationKey.arrivalGapMs : 0;
  }

  /** Everything that belongs to the reply being received is dead from now on. */
  interrupt(nowMs: number): void {
    this.isInterrupted = nowMs - this.lastArrivalMs < this.arrivalGapMs;
  }

  /** Whether audio that arrives now may be heard. Call it once for every packet, in order. */
  isAlive(nowMs: number): boolean {
    const gapMs = nowMs - this.lastArrivalMs;
    this.lastArrivalMs = nowMs;
    if (gapMs >= this.arrivalGapMs) this.isInterrupted = false;
    return !this.isInterrupted;
  }
}
