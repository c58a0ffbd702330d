// This file runs the benchmark: `node bench/cli.mjs [rounds]`; it writes docs/benchmark.json and docs/benchmark.md, the
// pictures, and for the detectors docs/vadCost.json and what follows from it.
//
// A trial, `node bench/cli.mjs 15 --pairs 48000:16000,16000:48000 --only soxr-voice`, times our own row and those whose
// names contain the word, measures no quality and writes nothing but the table.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureFrames } from './frames.mjs';
import { drawPlots } from './plots.mjs';
import { writePlayerReport } from './playerReport.mjs';
import { measureQuality } from './quality.mjs';
import { timeInterleaved } from './speed.mjs';
import { SUBJECTS } from './subjects.mjs';
import { renderResults } from './table.mjs';
import { writeVadReport } from './vadReport.mjs';

/** @type {readonly [number, number][]} */
const PAIRS = [
  [48_000, 16_000],
  [24_000, 16_000],
  [16_000, 48_000],
  [44_100, 16_000],
  [22_050, 48_000],
  [44_100, 48_000],
];
const FEWEST_ROUNDS = 9;
const { values: trial, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string' }, only: { type: 'string' } },
});
const isTrial = trial.pairs !== undefined || trial.only !== undefined;
const rounds = Math.max(FEWEST_ROUNDS, Number(positionals[0] ?? FEWEST_ROUNDS));
const subjects = SUBJECTS.filter(({ name }) => name.startsWith('voicewire') || name.includes(trial.only ?? ''));
const docs = fileURLToPath(new URL('../docs/', import.meta.url));

const pairs = [];
for (const [from = 0, to = 0] of trial.pairs?.split(',').map((pair) => pair.split(':').map(Number)) ?? PAIRS) {
  pairs.push({ from, to, rows: await measurePair(from, to) });
  process.stderr.write(`${from} to ${to} Hz done\n`);
}
const results = {
  date: new Date().toISOString().slice(0, 16),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  cpu: cpus()[0]?.model ?? 'unknown CPU',
  node: process.versions.node,
  load: loadavg()[0] ?? Number.NaN,
  rounds,
  pairs,
  frames: await measureFrames(rounds),
};
if (!isTrial) {
  mkdirSync(docs, { recursive: true });
  writeFileSync(`${docs}benchmark.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${docs}benchmark.md`, renderResults(results));
  await drawPlots(docs);
}
process.stdout.write(renderResults(results));
if (!isTrial) process.stdout.write((await writeVadReport(rounds)) + (await writePlayerReport(rounds)));
process.exit(0);

/** @param {number} from @param {number} to @returns {Promise<import('./table.mjs').Row[]>} */
async function measurePair(from, to) {
  const opened = new Map();
  /** @type {Map<string, string>} */
  const notes = new Map();
  for (const { name, open } of subjects) {
    try {
      opened.set(name, await open(from, to));
    } catch (error) {
      notes.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  const speeds = await timeInterleaved(opened, rounds);
  const rows = [];
  for (const { name } of subjects) {
    const subject = opened.get(name);
    if (subject === undefined) {
      rows.push({ name, note: notes.get(name) ?? 'not measured' });
      continue;
    }
    const quality = isTrial ? {} : await measureQuality(subject, from, to);
    rows.push({ name, ...speeds.get(name), ...quality });
    subject.close();
  }
  return rows;
}
