// This file waits for a device to come alive, with a limit, and leaves no timer behind however the wait ends.
import type { VoiceError } from '../errors.ts';

/** A wait that is settled once: by success, failure, or its own limit. */
export class Startup {
  readonly done: Promise<void>;
  private settle: { resolve: () => void; reject: (error: VoiceError) => void } = {
    resolve: () => {},
    reject: () => {},
  };
  private readonly timer: ReturnType<typeof setTimeout>;

  /** @param timeoutError Made when the limit passes. */
  constructor(limitMs: number, timeoutError: () => VoiceError) {
    this.done = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.timer = setTimeout(() => this.settle.reject(timeoutError()), limitMs);
  }

  succeed(): void {
    clearTimeout(this.timer);
    this.settle.resolve();
  }

  fail(error: VoiceError): void {
    clearTimeout(this.timer);
    this.settle.reject(error);
  }
}

/** Resolves with the promise or after the limit, whichever comes first. */
export function within(promise: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
