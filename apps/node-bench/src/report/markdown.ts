// This file writes results as Markdown, and puts them into a page between two markers.
import { BenchError } from '../benchError.ts';
import type { BenchResult } from '../result/benchResult.ts';
import { describeRun, notesOf, STAGE_COLUMNS, stageRowsOf } from './stageRows.ts';
import { describeSurroundings } from './textTable.ts';

export const MARKER_START = '<!-- voicewire-bench: start -->';
export const MARKER_END = '<!-- voicewire-bench: end -->';

/** One section per run, with the machine and the command above its table. */
export function formatMarkdown(results: readonly BenchResult[]): string {
  return results.map(formatResult).join('\n\n');
}

/**
 * The page with everything between the markers replaced.
 *
 * @throws {BenchError} `markers-missing`: the page is left alone rather than guessed at.
 */
export function replaceBetweenMarkers(page: string, markdown: string, name: string): string {
  const start = page.indexOf(MARKER_START);
  const end = page.indexOf(MARKER_END, start);
  if (start >= 0 && end >= 0) {
    return `${page.slice(0, start + MARKER_START.length)}\n\n${markdown}\n\n${page.slice(end)}`;
  }
  const wanted = `a line "${MARKER_START}" and, below it, a line "${MARKER_END}"`;
  throw new BenchError('markers-missing', `"${name}" has no place for a table. Write ${wanted} where it belongs.`);
}

function formatResult(result: BenchResult): string {
  const [command = '', ...surroundings] = describeSurroundings(result);
  const runs = result.runs.map((run) => {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    const table = [
      row(STAGE_COLUMNS.map((column) => (column === 'stage' || column === 'n' ? column : `${column} (ms)`))),
      row(STAGE_COLUMNS.map((column) => (column === 'stage' ? '---' : '--:'))),
      ...stageRowsOf(run).map(({ stage, cells }) => row([`\`${stage}\``, ...cells.slice(1)])),
    ].join('\n');
    const notes = notesOf(run).map((note) => `- ${note}`);
    return [`**${describeRun(run)}**`, table, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
  });
  const lines = [`\`${command}\``, ...surroundings].map((line) => `- ${line}`);
  return [lines.join('\n'), ...runs].join('\n\n');
}
