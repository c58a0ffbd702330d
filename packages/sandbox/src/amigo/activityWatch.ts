// This file watches over a client's silences: rules.
import { LIMITS } from '@voicewire/protocol/amigo';
import type { Clock } from '../clock.ts';

const MIN_KEEP_ALIVE_GAP_MS = 5000;

/** What the watch reports. */
export interface ActivityEvents {
  /** 30 s without a message; reported again after 30 s more. */
  onSilence(silentMs: number): void;
  onDenseKeepAlive(gapMs: number): void;
}

/** One timer per connection, set anew for the rest instead of per message. */
export class ActivityWatch {
  readonly #clock: Clock;
  readonly #events: ActivityEvents;
  #lastAtMs: number;
  #lastKeepAliveAtMs = Number.NEGATIVE_INFINITY;
  #timer: unknown;

  constructor(clock: Clock, events: ActivityEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#lastAtMs = clock.nowMs();
    this.#arm(LIMITS.idleTimeoutMs);
  }

  /** A message arrived, of whatever type. */
  messageReceived(): void {
    this.#lastAtMs = this.#clock.nowMs();
  }

  /** It was a keep-alive. */
  keepAliveReceived(): void {
    const gapMs = this.#clock.nowMs() - this.#lastKeepAliveAtMs;
    this.#lastKeepAliveAtMs = this.#clock.nowMs();
    if (gapMs < MIN_KEEP_ALIVE_GAP_MS) this.#events.onDenseKeepAlive(gapMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(waitMs: number): void {
    this.#timer = this.#clock.setTimer(waitMs, () => {
      const silentMs = this.#clock.nowMs() - this.#lastAtMs;
      const restMs = LIMITS.idleTimeoutMs - silentMs;
      this.#arm(restMs > 0 ? restMs : LIMITS.idleTimeoutMs);
      if (restMs <= 0) this.#events.onSilence(silentMs);
    });
  }
}
