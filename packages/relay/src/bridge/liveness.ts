// This file notices a connection that is open and dead: nobody answers, or what is sent does not leave.
import type { RelayClock } from '../clock.ts';

/** How long is waited before a connection counts as dead, in ms. */
export interface LivenessLimits {
  /** Silence after which the other end is asked for a sign of life. */
  readonly probeAfterMs: number;
  /** How long the answer may take. */
  readonly answerWithinMs: number;
}

/** Ours: a phone may be without a network for some seconds and go on with the same connection. */
export const CLIENT_LIVENESS: LivenessLimits = { probeAfterMs: 10_000, answerWithinMs: 10_000 };
/** Ours: between servers nothing takes seconds, and the client was promised to hear of a dead connection in 2.5 s. */
export const UPSTREAM_LIVENESS: LivenessLimits = { probeAfterMs: 1000, answerWithinMs: 1250 };
/** Bytes that have not moved for so long will not move any more, in ms. Ours: one message may be megabytes. */
export const STALLED_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 250;
/** A look that is later than this tells that the process slept, not the connection. */
const SLEPT_MS = 1000;

export interface LivenessPorts {
  readonly clock: RelayClock;
  /** Asks the other end for a sign of life. */
  ping(): void;
  /** True while we do not read, and so cannot hear an answer. */
  isDeaf(): boolean;
  bufferedBytes(): number;
  /** Once. */
  onDead(): void;
}

/** Watches one connection from construction to `stop`. */
export class Liveness {
  private heardMs: number;
  private movedMs: number;
  private lookedMs: number;
  private probedMs: number | null = null;
  private timer: unknown;

  constructor(
    private readonly ports: LivenessPorts,
    private readonly limits: LivenessLimits,
  ) {
    this.heardMs = this.movedMs = this.lookedMs = ports.clock.nowMs();
    this.schedule();
  }

  /** Anything came in. */
  heard(): void {
    this.heardMs = this.ports.clock.nowMs();
    this.probedMs = null;
  }

  /** Something left. */
  moved(): void {
    this.movedMs = this.ports.clock.nowMs();
  }

  stop(): void {
    this.ports.clock.clearTimer(this.timer);
  }

  private schedule(): void {
    this.timer = this.ports.clock.setTimer(LOOK_EVERY_MS, () => {
      if (this.isDead(this.ports.clock.nowMs())) this.ports.onDead();
      else this.schedule();
    });
  }

  private isDead(nowMs: number): boolean {
    const hasSlept = nowMs - this.lookedMs > SLEPT_MS;
    this.lookedMs = nowMs;
    if (hasSlept || this.ports.isDeaf()) this.heard();
    if (hasSlept || this.ports.bufferedBytes() === 0) this.movedMs = nowMs;
    if (nowMs - this.movedMs >= STALLED_AFTER_MS) return true;
    if (this.probedMs !== null) return nowMs - this.probedMs >= this.limits.answerWithinMs;
    if (nowMs - this.heardMs < this.limits.probeAfterMs) return false;
    this.probedMs = nowMs;
    this.ports.ping();
    return false;
  }
}
