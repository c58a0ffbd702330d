// This file lets a conversation wait for an event of a kind until an instant of the session clock.
import type { Clock } from '@voicewire/client';

interface Waiter<Event> {
  readonly accepts: (event: Event) => boolean;
  readonly settle: (event: Event | null) => void;
}

/** Events in their order. One waits at a time; what came before the wait counts too, but each event only once. */
export class Occurrences<Event> {
  private readonly unseen: Event[] = [];
  private waiter: Waiter<Event> | null = null;
  private isOver = false;

  constructor(private readonly clock: Clock) {}

  add(event: Event): void {
    this.unseen.push(event);
    this.offer();
  }

  /** Nothing more will come: whoever waits, now or later, gets null once the events so far are used up. */
  end(): void {
    this.isOver = true;
    this.waiter?.settle(null);
  }

  /**
   * The next event that `accepts` takes; those before it are passed over for good.
   *
   * @returns Null when none came until `untilMs` of the clock, or when none can come any more.
   */
  next(accepts: (event: Event) => boolean, untilMs: number): Promise<Event | null> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(Math.max(0, untilMs - this.clock.nowMs()), () => this.waiter?.settle(null));
      const settle = (event: Event | null): void => {
        this.clock.clearTimer(timer);
        this.waiter = null;
        resolve(event);
      };
      this.waiter = { accepts, settle };
      this.offer();
      if (this.isOver) this.waiter?.settle(null);
    });
  }

  private offer(): void {
    while (this.waiter !== null) {
      const event = this.unseen.shift();
      if (event === undefined) return;
      if (this.waiter.accepts(event)) this.waiter.settle(event);
    }
  }
}
