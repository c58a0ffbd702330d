// This file waits for a device to come alive, with a limit, and leaves no timer behind however the wait ends.
import type { VoiceError } from '../errors.ts';

/** A wait that is settled once: by success, failure, or its own limit, which counts from `arm`. */
export class Startup {
  readonly done: Promise<void>;
  private settle: { resolve: () => void; reject: (error: VoiceError) => void } = {
    resolve: () => {},
    reject: () => {},
  };
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param timeoutError Made when the limit passes. */
  constructor(
    private readonly limitMs: number,
    private readonly timeoutError: () => VoiceError,
  ) {
    this.done = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    // Whoever asks for it is told; a wait that nobody asks for any more fails in silence.
    this.done.catch(() => undefined);
  }

  /** Starts the limit, unless it runs or the wait is over. */
  arm(): this {
    if (!this.isOver) this.timer ??= setTimeout(() => this.fail(this.timeoutError()), this.limitMs);
    return this;
  }

  succeed(): void {
    this.end();
    this.settle.resolve();
  }

  fail(error: VoiceError): void {
    this.end();
    this.settle.reject(error);
  }

  private end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }
}
