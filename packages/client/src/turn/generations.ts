// This file knows which agent audio is dead: replies that were interrupted are not heard, whatever arrives late.
import type { Capabilities } from '@voicewire/protocol';

/** Replies that are remembered; a vendor sends late audio of the last one or two. */
const MAX_NAMES = 64;

/**
 * Liveness of agent audio. Where the vendor names replies, the names that an interruption meets are dead for good. Where it does not, the
 * interrupted reply is taken to last until nothing has arrived for the vendor's `arrivalGapMs`.
 */
export class Generations {
  private isInterrupted = false;
  private hasNews = true;
  private lastArrivalMs = -Infinity;
  /** Replies that were received since the last interruption. */
  private readonly alive = new Set<string>();
  private readonly dead = new Set<string>();
  // Where replies have names, nothing is taken for dead by its time of arrival.
  private readonly arrivalGapMs: number;

  constructor(generationKey: Capabilities['generationKey']) {
    this.arrivalGapMs = generationKey.kind === 'none' ? generationKey.arrivalGapMs : 0;
  }

  /** The connection is another one: what comes from it continues nothing that was interrupted. */
  restart(): void {
    this.isInterrupted = false;
    this.hasNews = true;
    this.lastArrivalMs = -Infinity;
  }

  /** Nothing living has come since the last interruption: another one says nothing new. */
  get isAllDead(): boolean {
    return !this.hasNews;
  }

  /** Everything that was received is dead from now on, and so is the rest of it that is on its way. */
  interrupt(nowMs: number): void {
    this.hasNews = false;
    this.isInterrupted = nowMs - this.lastArrivalMs < this.arrivalGapMs;
    for (const generation of this.alive) this.bury(generation);
  }

  /** Nothing more of this reply is heard. */
  bury(generation: string): void {
    this.alive.delete(generation);
    remember(this.dead, generation);
  }

  /** Words of a reply arrived: an interruption meets it, although none of its sound is here yet. */
  note(generation: string | undefined): void {
    if (generation === undefined || this.dead.has(generation)) return;
    this.hasNews = true;
    remember(this.alive, generation);
  }

  /** Whether this reply has died. One without a name does not tell. */
  isDead(generation: string | undefined): boolean {
    return generation !== undefined && this.dead.has(generation);
  }

  /** Whether audio that arrives now may be heard. Call it once for every packet, in order. */
  isAlive(nowMs: number, generation?: string): boolean {
    const gapMs = nowMs - this.lastArrivalMs;
    this.lastArrivalMs = nowMs;
    if (generation !== undefined) {
      this.note(generation);
      return !this.dead.has(generation);
    }
    if (gapMs >= this.arrivalGapMs) this.isInterrupted = false;
    this.hasNews ||= !this.isInterrupted;
    return !this.isInterrupted;
  }
}

/** Adds a name, and lets the oldest go where there are too many. */
function remember(names: Set<string>, name: string): void {
  names.add(name);
  const [oldest] = names;
  if (names.size > MAX_NAMES && oldest !== undefined) names.delete(oldest);
}
