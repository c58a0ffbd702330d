// This file prepares what every report shows of a run: one row per stage, numbers written the same way everywhere.
import type { Run, StageSummary } from '../result/benchResult.ts';
import type { Duration } from '../result/duration.ts';
import { STAGES, type Stage } from '../result/stages.ts';
import { valuesOf } from '../result/summarize.ts';
import { medianIntervalOf } from '../statistics/medianInterval.ts';

/** Texts of one row, in the order of `STAGE_COLUMNS`. */
export interface StageRow {
  readonly stage: Stage;
  readonly cells: readonly string[];
}

/** `95 % interval` is that of the median, p50. */
export const STAGE_COLUMNS = ['stage', 'n', 'p50', '95 % interval', 'p90', 'p95', 'p99', 'min', 'max'] as const;

/** One row for each stage that has values. */
export function stageRowsOf(run: Run): StageRow[] {
  return STAGES.flatMap((stage) => {
    const summary = run.stages[stage];
    return summary === undefined ? [] : [{ stage, cells: cellsOf(run, stage, summary) }];
  });
}

/** Milliseconds with the digits that mean something: µs below 10 ms, tenths above. */
export function formatMs(duration: Duration): string {
  if (duration === 'inf') return 'inf';
  return duration.toFixed(Math.abs(duration) < 10 ? 3 : 1);
}

/** What was measured and how, in one line. */
export function describeRun(run: Run): string {
  const { target, settings } = run;
  const place = {
    'embedded-sandbox': 'embedded sandbox, own process',
    url: target.url ?? 'given URL',
    'virtual-sandbox': 'virtual sandbox',
  };
  return (
    `${run.vendor}, ${place[target.kind]}: ${run.turns} turns in ${plural(run.sessions, 'session')} ` +
    `(${run.failedTurns} failed, ${plural(run.warmupTurns, 'warm-up turn')} left out), ` +
    `one every ${settings.slotMs} ms, failed after ${settings.answerLimitMs} ms`
  );
}

/** What a reader has to know about the numbers of this run; each a sentence. */
export function notesOf(run: Run): string[] {
  const notes: string[] = [];
  const waitMs = run.target.configuredWaitMs;
  if (waitMs !== undefined)
    notes.push(`${waitMs} ms of responseWait are the sandbox waiting for the user to go on, as it is set to.`);
  if (run.coreRatio !== undefined && run.coreRatio !== null)
    notes.push(
      `The client's process used ${run.coreRatio.toFixed(2)} of a core for ${plural(run.sessions, 'session')}.`,
    );
  if (run.failedTurns > 0) notes.push(`Failed turns count as infinite: ${describeFailures(run)}.`);
  const bargeIns = run.turnRecords.filter(({ stages }) => stages.bargeInToSilence === null).length;
  if (bargeIns > 0)
    notes.push(
      `In ${plural(bargeIns, 'turn')} nothing was playing when interrupt() was called; no bargeInToSilence there.`,
    );
  return [...notes, ...run.warnings];
}

function cellsOf(run: Run, stage: Stage, summary: StageSummary): string[] {
  const interval = medianIntervalOf(valuesOf(run, stage));
  const limit = (ms: number): string => formatMs(ms === Infinity ? 'inf' : ms);
  // Fewer than 6 values bound nothing at 95 %.
  const bounds = interval === null ? '-' : `${limit(interval.low)} … ${limit(interval.high)}`;
  const { count, p50, p90, p95, p99, min, max } = summary;
  return [stage, String(count), formatMs(p50), bounds, ...[p90, p95, p99, min, max].map(formatMs)];
}

function describeFailures(run: Run): string {
  const counts = new Map<string, number>();
  for (const { failure } of run.turnRecords) if (failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts].map(([failure, count]) => `${count} × ${failure}`).join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
