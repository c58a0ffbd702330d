// This file watches how late the bench's own event loop is, and says which results that makes doubtful.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Run } from '../result/benchResult.ts';
import { fromDuration, roundMs } from '../result/duration.ts';
import { STAGES } from '../result/stages.ts';

export type HarnessLag = NonNullable<Run['harnessLag']>;

/** The monitor's timer period; a reading is this plus the lateness. */
const RESOLUTION_MS = 1;
/** Share of a reported value above which the harness's own lag makes it doubtful. */
const DOUBTFUL_RATIO = 0.1;

/** Starts watching. @returns A function that stops and gives the lateness of timers, in ms. */
export function watchHarnessLag(): () => HarnessLag {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  return () => {
    monitor.disable();
    const lateness = (nanoseconds: number): number => roundMs(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS));
    const at = (percent: number): number => lateness(monitor.percentile(percent));
    return { p50: at(50), p95: at(95), p99: at(99), max: lateness(monitor.max) };
  };
}

/** Which reported percentiles the lag of the same percentile exceeds a tenth of; like is compared with like. */
export function doubtsOf(stages: Run['stages'], lag: HarnessLag): string[] {
  const doubtful = STAGES.flatMap((stage) => {
    const summary = stages[stage];
    if (summary === undefined) return [];
    const percentiles = (['p50', 'p95', 'p99'] as const).filter((name) => {
      const reportedMs = fromDuration(summary[name]);
      // Lateness only ever adds: a zero is not doubtful.
      return reportedMs > 0 && lag[name] > DOUBTFUL_RATIO * reportedMs;
    });
    return percentiles.length === 0 ? [] : [`${stage} ${percentiles.join('/')}`];
  });
  if (doubtful.length === 0) return [];
  return [
    `The bench's own event loop was late by p50 ${lag.p50}, p95 ${lag.p95}, p99 ${lag.p99} ms, ` +
      `which is more than 10 % of: ${doubtful.join(', ')}.`,
  ];
}
