// This file notices a connection that is open and dead: what is sent does not leave, or nobody answers.
import type { Clock } from '../ports/clock.ts';

/** How often is looked, in ms. */
const LOOK_EVERY_MS = 250;
/** Data that has not moved for so long will not move any more, in ms. */
const STALLED_AFTER_MS = 1_000;
/** Silence after which the other end is asked for a sign of life, and how long the answer may take; where it can be asked. */
const PROBE_AFTER_MS = 1_000;
const ANSWER_WITHIN_MS = 1_250;
/** A look that comes so long after the one before is late: nothing ran meanwhile, and what came in may still wait, in ms. */
const LATE_AFTER_MS = 2 * LOOK_EVERY_MS;

export interface LivenessPorts {
  readonly clock: Clock;
  /** All bytes handed to the socket so far. */
  sentBytes(): number;
  /** Those of them that it still holds. */
  bufferedBytes(): number;
  /** Asks the other end for a sign of life, which `heard` reports. False where the platform cannot. */
  probe(): boolean;
  /** Once: nothing gets through for so long, in ms. */
  onStalled(stalledMs: number): void;
}

/**
 * Watches one connection from `start` to `stop`. A look that comes late, after a sleep or a blocked loop, is no proof of
 * anything: the clocks start anew, once. Where every look is late, as in hidden pages, the next one counts.
 */
export class Liveness {
  private timer: unknown = null;
  private leftBytes = 0;
  private movedMs = 0;
  private heardMs = 0;
  private probedMs: number | null = null;
  private lookedMs = 0;
  private wasLate = false;

  constructor(private readonly ports: LivenessPorts) {}

  start(): void {
    this.restart(this.ports.clock.nowMs());
    this.schedule();
  }

  /** There is a reason to doubt: the other end is asked at once, where it can be. */
  check(): void {
    if (this.timer === null) return;
    const nowMs = this.ports.clock.nowMs();
    this.restart(nowMs);
    if (this.ports.probe()) this.probedMs = nowMs;
  }

  /** Anything came in. */
  heard(): void {
    this.heardMs = this.ports.clock.nowMs();
    this.probedMs = null;
  }

  stop(): void {
    this.ports.clock.clearTimer(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    this.timer = this.ports.clock.setTimer(LOOK_EVERY_MS, () => {
      const stalledMs = this.look(this.ports.clock.nowMs());
      this.timer = null;
      if (stalledMs === null) this.schedule();
      else this.ports.onStalled(stalledMs);
    });
  }

  private restart(nowMs: number): void {
    this.movedMs = nowMs;
    this.heardMs = nowMs;
    this.probedMs = null;
    this.lookedMs = nowMs;
  }

  private look(nowMs: number): number | null {
    const isLate = nowMs - this.lookedMs > LATE_AFTER_MS;
    const isExcused = isLate && !this.wasLate;
    this.wasLate = isLate;
    this.lookedMs = nowMs;
    if (isExcused) {
      this.check();
      return null;
    }
    const buffered = this.ports.bufferedBytes();
    const left = this.ports.sentBytes() - buffered;
    if (buffered === 0 || left > this.leftBytes) {
      this.leftBytes = left;
      this.movedMs = nowMs;
    }
    if (nowMs - this.movedMs >= STALLED_AFTER_MS) return nowMs - this.movedMs;
    return this.lookForAnswer(nowMs);
  }

  private lookForAnswer(nowMs: number): number | null {
    if (this.probedMs === null) {
      if (nowMs - this.heardMs >= PROBE_AFTER_MS && this.ports.probe()) this.probedMs = nowMs;
      return null;
    }
    return nowMs - this.probedMs >= ANSWER_WITHIN_MS ? nowMs - this.heardMs : null;
  }
}
