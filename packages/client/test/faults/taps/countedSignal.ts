// This file is an abort signal that knows who listens to it.
import type { AbortSignalLike } from '../../../src/index.ts';

export class CountedSignal implements AbortSignalLike {
  aborted = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly onChange: () => void) {}

  get listenerCount(): number {
    return this.listeners.size;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
    this.onChange();
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
    this.onChange();
  }

  abort(): void {
    this.aborted = true;
    for (const listener of [...this.listeners]) listener();
  }
}
