// This file is a clock that stands still until it is told to move: whole conversations run in milliseconds, exactly.
import type { Clock } from '../ports/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
}

export interface FakeClockOptions {
  /**
   * Real work that virtual time waits for between two timers, such as `Mp3Decoders.idle`: what takes real time would else
   * come late by any amount of virtual time.
   */
  readonly settle?: () => Promise<void>;
}

/** Virtual time. Timers fire in order of due time, then of arming; promises settle between two of them. */
export class FakeClock implements Clock {
  private readonly timers = new Set<Timer>();
  private currentMs: number;
  private armed = 0;

  constructor(
    startMs = 0,
    private readonly options: FakeClockOptions = {},
  ) {
    this.currentMs = startMs;
  }

  /** Timers that are armed now. A session that ended leaves none. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  nowMs(): number {
    return this.currentMs;
  }

  setTimer(delayMs: number, fire: () => void): unknown {
    const timer = { dueMs: this.currentMs + Math.max(0, delayMs), order: this.armed++, fire };
    this.timers.add(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.timers.delete(timer as Timer);
  }

  /** Moves time on, firing what falls due on the way. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.currentMs + durationMs;
    await this.settle();
    for (let next = this.earliest(untilMs); next !== null; next = this.earliest(untilMs)) {
      this.currentMs = Math.max(this.currentMs, next.dueMs);
      this.timers.delete(next);
      next.fire();
      await this.settle();
    }
    this.currentMs = untilMs;
  }

  /** Time passes and nothing runs, as in a laptop that sleeps or a loop that is blocked: what falls due fires late. */
  sleep(durationMs: number): void {
    this.currentMs += durationMs;
  }

  /** Moves time on until `isDone` says so. @returns False when `limitMs` passed first. */
  async advanceUntil(isDone: () => boolean, limitMs: number, stepMs = 10): Promise<boolean> {
    for (const endMs = this.currentMs + limitMs; !isDone();) {
      if (this.currentMs >= endMs) return false;
      await this.advance(stepMs);
    }
    return true;
  }

  private async settle(): Promise<void> {
    await settlePromises();
    if (this.options.settle === undefined) return;
    await this.options.settle();
    await settlePromises();
  }

  private earliest(untilMs: number): Timer | null {
    let best: Timer | null = null;
    for (const timer of this.timers) {
      if (timer.dueMs > untilMs) continue;
      if (best === null || timer.dueMs < best.dueMs || (timer.dueMs === best.dueMs && timer.order < best.order))
        best = timer;
    }
    return best;
  }
}

/** More turns of the microtask queue than any chain of promises in a session is long. */
const MICROTASK_TURNS = 32;

async function settlePromises(): Promise<void> {
  for (let i = 0; i < MICROTASK_TURNS; i++) await Promise.resolve();
}
