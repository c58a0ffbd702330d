// This file writes durations the way results hold them: in ms to the microsecond, and "inf" for what never came.

/** ms; `"inf"` stands for a turn that failed, since JSON has no infinity. */
export type Duration = number | 'inf';

/** To the microsecond, which is finer than any clock a browser has; never −0. */
export function roundMs(ms: number): number {
  return Number.isFinite(ms) ? Math.round(ms * 1000) / 1000 + 0 : ms;
}

export function toDuration(ms: number): Duration {
  return ms === Infinity ? 'inf' : roundMs(ms);
}

export function fromDuration(duration: Duration): number {
  return duration === 'inf' ? Infinity : duration;
}
