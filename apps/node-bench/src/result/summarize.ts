// This file turns what the sessions recorded into one run: percentiles per stage, failed turns counted as infinite.
import type { SessionRecord } from '../conversation/sessionRecord.ts';
import { percentileOf, sortAscending } from '../statistics/percentile.ts';
import type { Run, StageSummary } from './benchResult.ts';
import { fromDuration, roundMs, toDuration } from './duration.ts';
import { STAGES, TURN_STAGES, type Stage, type TurnStage } from './stages.ts';

/** What a run is apart from what was measured in it. */
export type RunFrame = Pick<Run, 'vendor' | 'target' | 'settings' | 'coreRatio' | 'harnessLag' | 'warnings'>;

/** Gathers the sessions of one run. */
export function summarizeRun(frame: RunFrame, sessions: readonly SessionRecord[]): Run {
  const turnRecords = sessions.flatMap((session) => session.turns);
  const measured = {
    turnRecords,
    samples: {
      connect: sessions.map(({ connectMs }) => toDuration(connectMs)),
      captureToWire: sessions.flatMap((session) => session.captureToWireMs.map(roundMs)),
    },
  };
  return {
    vendor: frame.vendor,
    sessions: sessions.length,
    turns: turnRecords.length,
    failedTurns: turnRecords.filter(({ failure }) => failure !== null).length,
    warmupTurns: sessions.reduce((sum, session) => sum + session.warmupTurns, 0),
    target: frame.target,
    settings: frame.settings,
    stages: summarizeStages(measured),
    ...measured,
    coreRatio: frame.coreRatio ?? null,
    harnessLag: frame.harnessLag,
    warnings: frame.warnings,
  };
}

/** Raw values of a stage in ms; a failed turn is infinite in every stage that it did not complete. */
export function valuesOf(run: Pick<Run, 'turnRecords' | 'samples'>, stage: Stage): number[] {
  if (stage === 'connect' || stage === 'captureToWire') return run.samples[stage].map(fromDuration);
  return run.turnRecords.flatMap(({ stages }) => {
    const value = stages[stage];
    return value === null ? [] : [fromDuration(value)];
  });
}

/** @param values At least one. */
export function summarizeValues(values: readonly number[]): StageSummary {
  const sorted = sortAscending(values);
  const at = (share: number) => toDuration(percentileOf(sorted, share));
  return {
    unit: 'ms',
    count: values.length,
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

export function isTurnStage(stage: Stage): stage is TurnStage {
  return (TURN_STAGES as readonly Stage[]).includes(stage);
}

function summarizeStages(measured: Pick<Run, 'turnRecords' | 'samples'>): Run['stages'] {
  const stages: Run['stages'] = {};
  for (const stage of STAGES) {
    const values = valuesOf(measured, stage);
    if (values.length > 0) stages[stage] = summarizeValues(values);
  }
  return stages;
}
