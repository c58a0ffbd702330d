// This file is the command: what is asked for, what is printed where, and the exit code.
import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchError, describeFailure } from '../benchError.ts';
import { compareResults } from '../compare/compareResults.ts';
import { formatComparison } from '../report/comparisonText.ts';
import { formatHtml } from '../report/html.ts';
import { formatMarkdown, replaceBetweenMarkers } from '../report/markdown.ts';
import { formatReport } from '../report/textTable.ts';
import { formatBenchResult, parseBenchResult, type BenchResult } from '../result/benchResult.ts';
import { formatHelp } from './help.ts';
import { readOptions, type CompareCommand, type ReportCommand, type RunCommand } from './readOptions.ts';
import { runBench } from './runBench.ts';
import type { Terminal } from './terminal.ts';

const FINE = 0;
/** It was measured, and it is bad. */
const BAD_NEWS = 1;
const IMPOSSIBLE = 2;

/** Carries out one command line. Never throws. @returns The exit code. */
export async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = readOptions(words);
    switch (command.name) {
      case 'help':
        terminal.print(formatHelp());
        return FINE;
      case 'run':
        return await run(command, terminal);
      case 'report':
        return await report(command, terminal);
      case 'compare':
        return await compare(command, terminal);
    }
  } catch (thrown) {
    terminal.note(`voicewire-bench: ${describeFailure(thrown)}\n`);
    return IMPOSSIBLE;
  }
}

async function run(command: RunCommand, terminal: Terminal): Promise<number> {
  // A folder that cannot be written is found out now, not after minutes of measuring.
  for (const path of [command.jsonPath, command.htmlPath]) if (path !== null) await prepareFolder(path);
  const result = await runBench(command, terminal);
  terminal.print(formatReport(result));
  if (command.jsonPath !== null) await write(command.jsonPath, formatBenchResult(result));
  if (command.htmlPath !== null) await write(command.htmlPath, formatHtml(result));
  const failedTurns = result.runs.reduce((sum, { failedTurns: failed }) => sum + failed, 0);
  if (failedTurns === 0) return FINE;
  const turns = result.runs.reduce((sum, { turns: all }) => sum + all, 0);
  terminal.note(`voicewire-bench: ${failedTurns} of ${turns} turns failed; the report says why. [turns-failed]\n`);
  return BAD_NEWS;
}

async function report({ paths, htmlPath, markdownPath }: ReportCommand, terminal: Terminal): Promise<number> {
  const results: BenchResult[] = [];
  for (const path of paths) results.push(await readResult(path));
  const [first] = results;
  if (htmlPath !== null && first !== undefined) await write(htmlPath, formatHtml(first));
  if (markdownPath !== null) {
    const page = await read(markdownPath);
    await write(markdownPath, replaceBetweenMarkers(page, formatMarkdown(results), markdownPath));
  }
  terminal.print(results.map(formatReport).join('\n'));
  return FINE;
}

async function compare({ firstPath, secondPath, toleranceRatio }: CompareCommand, terminal: Terminal): Promise<number> {
  const comparison = compareResults(await readResult(firstPath), await readResult(secondPath), toleranceRatio);
  terminal.print(formatComparison(comparison));
  return comparison.isSlower ? BAD_NEWS : FINE;
}

async function readResult(path: string): Promise<BenchResult> {
  return parseBenchResult(await read(path), path);
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BenchError('result-not-readable', `"${path}" could not be read. Check that it exists.`, cause);
  });
}

async function prepareFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

async function write(path: string, text: string): Promise<void> {
  await prepareFolder(path);
  await writeFile(path, text).catch((cause: unknown) => {
    throw notWritable(path, cause);
  });
}

function notWritable(path: string, cause: unknown): BenchError {
  return new BenchError(
    'output-not-writable',
    `"${path}" could not be written. Check the folder and its permissions.`,
    cause,
  );
}
