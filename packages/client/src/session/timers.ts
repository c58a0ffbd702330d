// This file keeps the timers of one session by name, so that none can outlive it.
import type { Clock } from '../ports/clock.ts';

export class NamedTimers<Name extends string> {
  private readonly running = new Map<Name, unknown>();

  constructor(private readonly clock: Clock) {}

  /** Arms a timer; one of the same name is replaced. */
  arm(name: Name, delayMs: number, fire: () => void): void {
    this.clear(name);
    const timer = this.clock.setTimer(delayMs, () => {
      this.running.delete(name);
      fire();
    });
    this.running.set(name, timer);
  }

  clear(name: Name): void {
    if (!this.running.has(name)) return;
    this.clock.clearTimer(this.running.get(name));
    this.running.delete(name);
  }
}
