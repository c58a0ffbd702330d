// This file maps a device's time line onto the session clock by a line through recent (device, session) pairs.

/** Pairs older than this no longer count; long enough to average jitter out, short enough to follow a drift. */
const WINDOW_MS = 30_000;
/** Below this span a slope would be noise: assume both lines run at the same speed. */
const MIN_SLOPE_SPAN_MS = 3_000;
/** Crystals differ by some tens of ppm; a steeper line is a bad fit, not a bad clock. */
const MAX_DRIFT_RATIO = 0.002;
const CAPACITY = 256;

/**
 * Least-squares fit of `sessionMs ≈ offset + slope · deviceMs`. The two time lines may differ by any offset and by a
 * few hundred ppm; they are never subtracted from each other anywhere else.
 */
export class ClockFit {
  private readonly deviceMs = new Float64Array(CAPACITY);
  private readonly sessionMs = new Float64Array(CAPACITY);
  private next = 0;
  private count = 0;
  private slope = 1;
  private deviceCenterMs = 0;
  private sessionCenterMs = 0;

  /** True once there is at least one pair. */
  get isReady(): boolean {
    return this.count > 0;
  }

  /** Drift of the device against the session clock, parts per million; 0 until it can be told. */
  get driftPpm(): number {
    return (1 / this.slope - 1) * 1e6;
  }

  /** Adds the observation that both clocks read these values at the same instant. */
  add(deviceMs: number, sessionMs: number): void {
    this.deviceMs[this.next] = deviceMs;
    this.sessionMs[this.next] = sessionMs;
    this.next = (this.next + 1) % CAPACITY;
    this.count = Math.min(this.count + 1, CAPACITY);
    this.refit(sessionMs - WINDOW_MS);
  }

  /** Forgets everything; call it when the device changed its rate or was resumed. */
  reset(): void {
    this.next = 0;
    this.count = 0;
    this.slope = 1;
    this.deviceCenterMs = 0;
    this.sessionCenterMs = 0;
  }

  /** Session-clock instant of a device instant. Before the first pair: the device instant itself. */
  toSessionMs(deviceMs: number): number {
    return this.sessionCenterMs + this.slope * (deviceMs - this.deviceCenterMs);
  }

  private refit(oldestSessionMs: number): void {
    let n = 0;
    let sumDevice = 0;
    let sumSession = 0;
    let firstSession = Infinity;
    let lastSession = -Infinity;
    for (let i = 0; i < this.count; i++) {
      const session = this.sessionMs[i] ?? 0;
      if (session < oldestSessionMs) continue;
      n += 1;
      sumDevice += this.deviceMs[i] ?? 0;
      sumSession += session;
      firstSession = Math.min(firstSession, session);
      lastSession = Math.max(lastSession, session);
    }
    this.deviceCenterMs = sumDevice / n;
    this.sessionCenterMs = sumSession / n;
    this.slope = lastSession - firstSession < MIN_SLOPE_SPAN_MS ? 1 : this.slopeSince(oldestSessionMs);
  }

  // slope = Σ (d − d̄)(s − s̄) / Σ (d − d̄)²
  private slopeSince(oldestSessionMs: number): number {
    let covariance = 0;
    let variance = 0;
    for (let i = 0; i < this.count; i++) {
      const session = this.sessionMs[i] ?? 0;
      if (session < oldestSessionMs) continue;
      const d = (this.deviceMs[i] ?? 0) - this.deviceCenterMs;
      covariance += d * (session - this.sessionCenterMs);
      variance += d * d;
    }
    const slope = variance > 0 ? covariance / variance : 1;
    return Math.min(Math.max(slope, 1 - MAX_DRIFT_RATIO), 1 + MAX_DRIFT_RATIO);
  }
}
