// This file writes a comparison for a terminal.
import type { Comparison, StageComparison } from '../compare/compareResults.ts';
import { toDuration } from '../result/duration.ts';
import { formatMs } from './stageRows.ts';
import { formatTable } from './textTable.ts';

const COLUMNS = ['stage', 'n A', 'n B', 'p50 A', 'p50 B', 'B/A', '95 % of B/A', 'verdict'] as const;

/** The whole comparison, ending with a line break. */
export function formatComparison({ runs, doubts, isSlower }: Comparison): string {
  const tables = runs.map(({ vendor, stages }) => `${vendor}\n\n${formatTable(COLUMNS, stages.map(cellsOf))}   (ms)`);
  const last = isSlower ? 'B is slower than A.' : 'B is not shown to be slower than A.';
  return `${[...tables, [...doubts.map((doubt) => `! ${doubt}`), last].join('\n')].join('\n\n')}\n`;
}

function cellsOf(comparison: StageComparison): string[] {
  const { stage, firstCount, secondCount, firstMedianMs, secondMedianMs, ratio, low, high, verdict } = comparison;
  const times = (value: number): string => (value === Infinity ? 'inf' : value.toFixed(3));
  return [
    stage,
    String(firstCount),
    String(secondCount),
    formatMs(toDuration(firstMedianMs)),
    formatMs(toDuration(secondMedianMs)),
    times(ratio),
    `${times(low)} … ${times(high)}`,
    verdict,
  ];
}
