// This file decides whether a second result is slower than a first: per stage, by the ratio of medians and its interval.
import { BenchError } from '../benchError.ts';
import type { BenchResult, Run } from '../result/benchResult.ts';
import { STAGES, type Stage } from '../result/stages.ts';
import { valuesOf } from '../result/summarize.ts';
import { estimateMedianRatio, medianOf, type RatioEstimate } from '../statistics/ratioInterval.ts';

/** Smaller differences of medians are nobody's concern, however sure they are: half a millisecond cannot be heard. */
const NEGLIGIBLE_MS = 0.5;
/** Below this many values on either side an interval is too wide to acquit anyone. */
const FEW_COUNT = 20;

/** `slower` and `faster` only when the whole interval and the size of the difference say so. */
export type Verdict = 'slower' | 'faster' | 'no difference shown';

export interface StageComparison extends RatioEstimate {
  readonly stage: Stage;
  readonly firstMedianMs: number;
  readonly secondMedianMs: number;
  readonly firstCount: number;
  readonly secondCount: number;
  readonly verdict: Verdict;
}

export interface RunComparison {
  readonly vendor: string;
  readonly stages: readonly StageComparison[];
}

export interface Comparison {
  readonly runs: readonly RunComparison[];
  /** Reasons to doubt that like was compared with like. */
  readonly doubts: readonly string[];
  readonly isSlower: boolean;
}

/**
 * Compares the runs that both results have, vendor by vendor.
 *
 * @param toleranceRatio How much slower is still the same: 0.05 for 5 %.
 * @throws {BenchError} `nothing-to-compare`.
 */
export function compareResults(first: BenchResult, second: BenchResult, toleranceRatio: number): Comparison {
  const doubts = doubtsAbout(first, second);
  const runs = first.runs.flatMap((run) => {
    const other = second.runs.find(({ vendor, target }) => vendor === run.vendor && target.kind === run.target.kind);
    if (other === undefined) return [];
    doubts.push(...doubtsAboutRuns(run, other));
    return [{ vendor: run.vendor, stages: compareStages(run, other, toleranceRatio) }];
  });
  if (runs.every(({ stages }) => stages.length === 0)) {
    throw new BenchError(
      'nothing-to-compare',
      'The two results have no stage of the same vendor and kind of server in common. Give results of the same kind of run.',
    );
  }
  return { runs, doubts, isSlower: runs.some(({ stages }) => stages.some(({ verdict }) => verdict === 'slower')) };
}

function compareStages(first: Run, second: Run, toleranceRatio: number): StageComparison[] {
  return STAGES.flatMap((stage) => {
    const [a, b] = [valuesOf(first, stage), valuesOf(second, stage)];
    if (a.length === 0 || b.length === 0) return [];
    const [firstMedianMs, secondMedianMs] = [medianOf(a), medianOf(b)];
    const estimate = estimateMedianRatio(a, b);
    const verdict = judge(estimate, Math.abs(secondMedianMs - firstMedianMs), toleranceRatio);
    return [
      { stage, firstMedianMs, secondMedianMs, firstCount: a.length, secondCount: b.length, ...estimate, verdict },
    ];
  });
}

/** @param differenceMs NaN when both medians are infinite: equally bad. */
function judge({ low, high }: RatioEstimate, differenceMs: number, toleranceRatio: number): Verdict {
  if (!(differenceMs >= NEGLIGIBLE_MS)) return 'no difference shown';
  if (low > 1 + toleranceRatio) return 'slower';
  return high < 1 / (1 + toleranceRatio) ? 'faster' : 'no difference shown';
}

function doubtsAbout(first: BenchResult, second: BenchResult): string[] {
  const facts: [name: string, of: (result: BenchResult) => string][] = [
    ['processor', ({ environment }) => `${environment.cpu.model}, ${environment.cpu.coresCount} cores`],
    ['system', ({ environment }) => environment.os],
    ['Node', ({ environment }) => environment.node],
    ['clock', ({ environment }) => environment.clock.source],
    [
      'input',
      ({ input }) =>
        `${input.name}, ${input.durationMs} ms, speech to ${input.endOfSpeechMs} ms by ${input.endOfSpeechSource}`,
    ],
  ];
  return facts.flatMap(([name, of]) =>
    of(first) === of(second) ? [] : [`The ${name} differs: ${of(first)} against ${of(second)}.`],
  );
}

function doubtsAboutRuns(first: Run, second: Run): string[] {
  const doubts: string[] = [];
  const fewest = Math.min(first.turns, second.turns);
  if (fewest < FEW_COUNT)
    doubts.push(`${fewest} turns are few: measure ${FEW_COUNT} or more, taking turns between the two.`);
  if (first.sessions !== second.sessions)
    doubts.push(`The number of sessions differs: ${first.sessions} against ${second.sessions}.`);
  return doubts;
}
