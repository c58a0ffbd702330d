// This file is the test's own idea of which replies of the agent are dead, worked out from what the vendor and the user said.
import type { Capabilities } from '@voicewire/protocol';
import type { Observation } from '../observation.ts';

/** Knows which agent audio may be heard. Independent of the engine's own bookkeeping: the two are compared. */
export class DeadReplies {
  private readonly dead = new Set<string>();
  /** Received, and not cut off: an interruption ends them all, where a vendor's replies overlap. */
  private readonly alive = new Set<string>();
  private lastArrivalMs = -Infinity;
  private isCut = false;
  private arrivalGapMs = 0;

  begin({ generationKey }: Capabilities): void {
    this.arrivalGapMs = generationKey.kind === 'none' ? generationKey.arrivalGapMs : 0;
  }

  /** Agent audio arrived. @returns Whether it may be heard. */
  arrive(generation: string | undefined, atMs: number): boolean {
    const gapMs = atMs - this.lastArrivalMs;
    this.lastArrivalMs = atMs;
    if (generation !== undefined) {
      this.meet(generation);
      return !this.dead.has(generation);
    }
    if (gapMs >= this.arrivalGapMs) this.isCut = false;
    return !this.isCut;
  }

  isDead(generation: string | undefined): boolean {
    return generation === undefined ? this.isCut : this.dead.has(generation);
  }

  /** The user interrupts, or the vendor without naming a reply. */
  cut(atMs: number): void {
    this.isCut = atMs - this.lastArrivalMs < this.arrivalGapMs;
    for (const generation of this.alive) this.bury(generation);
  }

  bury(generation: string): void {
    this.alive.delete(generation);
    this.dead.add(generation);
  }

  /** Follows what is not audio. @param isUp Whether the session has a conversation: otherwise `interrupt` does nothing. */
  follow(observation: Observation, atMs: number, isUp: boolean): void {
    if (observation.type === 'attemptBegun') this.begin(observation.capabilities);
    if (observation.type === 'called' && observation.method === 'interrupt' && isUp) this.cut(atMs);
    if (observation.type !== 'vendorSaid') return;
    // Its words are there, and its sound follows.
    if (observation.event.type === 'agentText') this.meet(observation.event.generation);
    if (observation.event.type !== 'interrupted') return;
    const { generation } = observation.event;
    if (generation === undefined) this.cut(atMs);
    else this.bury(generation);
  }

  private meet(generation: string | undefined): void {
    if (generation !== undefined && !this.dead.has(generation)) this.alive.add(generation);
  }
}
