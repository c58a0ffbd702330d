// This file lets any number of waits be given up at once, and keeps their time.
import type { Clock } from '../ports/clock.ts';

/** A decision to stop, made once. */
export class Cancellation {
  private readonly listeners = new Set<() => void>();
  private cancelled = false;

  constructor(
    private readonly clock: Clock,
    private readonly createError: () => unknown,
  ) {}

  get isCancelled(): boolean {
    return this.cancelled;
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /**
   * What `promise` gives; or an error as soon as somebody cancels, or when `limitMs` is over, whatever becomes of the
   * promise. Leaves neither a listener nor a timer behind.
   */
  wait<Value>(
    promise: Promise<Value>,
    limit?: { readonly limitMs: number; readonly createError: () => unknown },
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      let timer: unknown = null;
      const settle = (act: () => void): void => {
        this.clock.clearTimer(timer);
        this.listeners.delete(giveUp);
        act();
      };
      const giveUp = (): void => settle(() => reject(this.createError()));
      promise.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
      if (this.cancelled) return giveUp();
      this.listeners.add(giveUp);
      if (limit !== undefined) {
        timer = this.clock.setTimer(limit.limitMs, () => settle(() => reject(limit.createError())));
      }
    });
  }

  /** Resolves after `delayMs`; rejects as `wait` does. */
  delay(delayMs: number): Promise<void> {
    let timer: unknown = null;
    const over = new Promise<void>((resolve) => (timer = this.clock.setTimer(delayMs, resolve)));
    return this.wait(over).finally(() => this.clock.clearTimer(timer));
  }
}
