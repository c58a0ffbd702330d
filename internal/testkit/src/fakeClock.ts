// This file keeps time for tests: a clock that moves only when told to, and runs its timers in order as it does.

interface PendingTimer {
  readonly id: number;
  readonly dueMs: number;
  readonly fn: () => void;
}

/** Structurally a `Clock` of every package here: `{ nowMs, setTimer, clearTimer }`. */
export class FakeClock {
  #nowMs: number;
  #nextId = 1;
  #timers: PendingTimer[] = [];

  /** @param startMs Reading of the clock before it is first advanced. */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `fn` once, when the clock has been advanced by `ms`; a negative delay counts as 0. Returns the timer's id. */
  setTimer(ms: number, fn: () => void): number {
    if (!Number.isFinite(ms)) throw new RangeError(`A timer needs a finite delay in ms, got ${ms}.`);
    const id = this.#nextId++;
    this.#timers.push({ id, dueMs: this.#nowMs + Math.max(0, ms), fn });
    return id;
  }

  /** Forgets a timer; ids that have run or never existed are ignored. */
  clearTimer(id: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  }

  /** Timers that have not run. A test that ends with 0 has leaked none. */
  get pendingTimerCount(): number {
    return this.#timers.length;
  }

  /** When the next timer is due, in ms on this clock; null when none is pending. */
  get nextTimerMs(): number | null {
    return this.#earliest()?.dueMs ?? null;
  }

  /** Advances by `ms`, running what falls due, in order of due time and then of creation. */
  advanceMs(ms: number): void {
    this.advanceTo(this.#nowMs + ms);
  }

  /** Advances to `targetMs`. Timers set by a timer run too, if they fall due on the way. */
  advanceTo(targetMs: number): void {
    this.#checkForward(targetMs);
    while (this.#runNext(targetMs)) {
      // Each turn ran one timer.
    }
    this.#nowMs = targetMs;
  }

  /** As `advanceMs`, letting promises settle before the first timer and after each one. */
  advanceMsAsync(ms: number): Promise<void> {
    return this.advanceToAsync(this.#nowMs + ms);
  }

  /** As `advanceTo`, letting promises settle before the first timer and after each one. */
  async advanceToAsync(targetMs: number): Promise<void> {
    this.#checkForward(targetMs);
    await settlePromises();
    while (this.#runNext(targetMs)) await settlePromises();
    this.#nowMs = targetMs;
    await settlePromises();
  }

  #runNext(targetMs: number): boolean {
    const next = this.#earliest();
    if (next === undefined || next.dueMs > targetMs) return false;
    this.clearTimer(next.id);
    this.#nowMs = next.dueMs;
    next.fn();
    return true;
  }

  #earliest(): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    // Strictly earlier: of two timers due together, the older one stays first.
    for (const timer of this.#timers) if (earliest === undefined || timer.dueMs < earliest.dueMs) earliest = timer;
    return earliest;
  }

  #checkForward(targetMs: number): void {
    if (!(targetMs >= this.#nowMs))
      throw new RangeError(`Time runs forward: now ${this.#nowMs} ms, asked for ${targetMs} ms.`);
  }
}

/** Resolves when every promise chain that can go on without a timer or I/O has gone on. Takes no measurable time. */
export function settlePromises(): Promise<void> {
  // An event-loop turn starts only when the microtask queue is empty, however long the chains are.
  return new Promise((resolve) => setImmediate(resolve));
}
