// This file notices that nothing ran for a while: a machine that slept, or a loop that was blocked.
import type { Clock } from '../ports/clock.ts';

/** How often the clock is looked at where nothing else happens, in ms. */
const TICK_MS = 1_000;
/** Later than any busy loop should be, in ms. */
const LATE_MS = 2_000;

/**
 * Watches from `start` to `stop`. Timers alone would not do: hidden pages get one a second, or one a minute, and yet hear
 * and speak. So everything that happens counts.
 */
export class SleepWatch {
  private timer: unknown = null;
  private activeMs = 0;

  /** @param onWake Told at the first sign of life how long there was none, in ms. */
  constructor(
    private readonly clock: Clock,
    private readonly onWake: (sleptMs: number) => void,
  ) {}

  start(): void {
    this.stop();
    this.activeMs = this.clock.nowMs();
    this.schedule();
  }

  stop(): void {
    this.clock.clearTimer(this.timer);
    this.timer = null;
  }

  /** Something happens: a frame, a message. */
  noteActivity(): void {
    const nowMs = this.clock.nowMs();
    const idleMs = nowMs - this.activeMs;
    this.activeMs = nowMs;
    if (this.timer !== null && idleMs > TICK_MS + LATE_MS) this.onWake(idleMs);
  }

  private schedule(): void {
    this.timer = this.clock.setTimer(TICK_MS, () => {
      this.noteActivity();
      if (this.timer !== null) this.schedule();
    });
  }
}
