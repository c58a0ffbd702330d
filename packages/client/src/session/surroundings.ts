// This file watches what happens around a session while it is up: the page's lifecycle, and sleeps that nobody announces.
import type { Clock } from '../ports/clock.ts';
import type { Lifecycle } from '../ports/lifecycle.ts';
import { SleepWatch } from '../transport/sleepWatch.ts';
import type { SessionInput } from './state.ts';

/** Watches from `start` to `stop`. */
export class Surroundings {
  private readonly sleep: SleepWatch;
  private unwatch: (() => void) | null = null;

  constructor(
    private readonly ports: { readonly clock: Clock; readonly lifecycle?: Lifecycle },
    private readonly dispatch: (input: SessionInput) => void,
  ) {
    this.sleep = new SleepWatch(ports.clock, (sleptMs) => dispatch({ type: 'woke', sleptMs }));
  }

  start(): void {
    this.stop();
    this.sleep.start();
    this.unwatch = this.ports.lifecycle?.watch((change) => this.dispatch({ type: change })) ?? null;
  }

  stop(): void {
    this.sleep.stop();
    this.unwatch?.();
    this.unwatch = null;
  }

  /** A frame or a message came: nothing sleeps. */
  noteActivity(): void {
    this.sleep.noteActivity();
  }
}
