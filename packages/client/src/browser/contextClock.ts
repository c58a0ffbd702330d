// This file maps an AudioContext's frames onto the session clock: when they are rendered, and when they are heard.
import type { Latency } from '../ports/audioInput.ts';
import { ClockFit } from '../timing/clockFit.ts';

/** How often the two clocks are compared; the window of the fit holds 30 s of it. */
const OBSERVE_EVERY_MS = 200;

/** Two fits of one context: its rendering time line, and the one of its output device. */
export class ContextClock {
  private readonly rendered = new ClockFit();
  private readonly heard = new ClockFit();
  private lastObservedMs = -Infinity;

  constructor(private readonly context: AudioContext) {
    this.observe();
  }

  /** Compares the clocks, if that is due. Cheap; call it whenever the audio thread was heard from. */
  observe(): void {
    const nowMs = performance.now();
    if (nowMs - this.lastObservedMs < OBSERVE_EVERY_MS) return;
    this.lastObservedMs = nowMs;
    this.rendered.add(this.context.currentTime * 1000, nowMs);
    const { contextTime, performanceTime } = this.context.getOutputTimestamp?.() ?? {};
    // Both are 0 until the device has started.
    if (contextTime && performanceTime) this.heard.add(contextTime * 1000, performanceTime);
  }

  /** Forgets what it knows, after the context slept or changed its device. */
  reset(): void {
    this.rendered.reset();
    this.heard.reset();
    this.lastObservedMs = -Infinity;
    this.observe();
  }

  renderTimeMs(frame: number): number {
    return this.rendered.toSessionMs(this.contextMs(frame));
  }

  audibleTimeMs(frame: number): number {
    return this.renderTimeMs(frame) + this.outputLatency.ms;
  }

  /** `measured` from output time stamps, else `estimated` from what the browser reports, else `unknown` (0). */
  get outputLatency(): Latency {
    if (this.heard.isReady) {
      const atMs = this.context.currentTime * 1000;
      return { ms: Math.max(0, this.heard.toSessionMs(atMs) - this.rendered.toSessionMs(atMs)), basis: 'measured' };
    }
    const { baseLatency, outputLatency } = this.context as Partial<AudioContext>;
    if (baseLatency === undefined && outputLatency === undefined) return { ms: 0, basis: 'unknown' };
    return { ms: ((baseLatency ?? 0) + (outputLatency ?? 0)) * 1000, basis: 'estimated' };
  }

  private contextMs(frame: number): number {
    return (frame / this.context.sampleRate) * 1000;
  }
}
