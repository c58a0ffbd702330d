// This file writes a result for a terminal.
import type { BenchResult } from '../result/benchResult.ts';
import { describeRun, notesOf, STAGE_COLUMNS, stageRowsOf } from './stageRows.ts';

/** The whole report, ending with a line break. */
export function formatReport(result: BenchResult): string {
  const parts = [describeSurroundings(result).join('\n')];
  for (const run of result.runs) {
    const table = formatTable(
      STAGE_COLUMNS,
      stageRowsOf(run).map(({ cells }) => cells),
    );
    const notes = notesOf(run).map((note) => `! ${note}`);
    parts.push([describeRun(run), '', `${table}   (ms)`, ...notes].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** What stands above every table. */
export function describeSurroundings({ environment, input }: BenchResult): string[] {
  const { cpu, clock, commit } = environment;
  return [
    environment.command,
    `${environment.date}  commit ${commit ?? 'unknown'}  ${cpu.model} (${cpu.coresCount} cores)  ${environment.os}  ` +
      `Node ${environment.node}  load ${environment.loadAverage}`,
    `clock ${clock.source}, resolution ${clock.resolutionMs} ms;  percentiles by ${environment.percentiles}`,
    `input ${input.name}, ${input.sampleRate} Hz, ${input.durationMs} ms; speech ends at ${input.endOfSpeechMs} ms, says the ${input.endOfSpeechSource}`,
  ];
}

/** Columns as wide as they need be, the first to the left and numbers to the right, with a line under the head. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
