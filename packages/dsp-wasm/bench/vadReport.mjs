// This file adds the detectors to the benchmark; alone: `node bench/vadReport.mjs [rounds]`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeVads } from './vadCost.mjs';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Times the detectors, then has their quality measured and both written to docs/vad.md. Without the shared recordings
 * the quality stays as it was.
 *
 * @param {number} rounds
 * @returns {Promise<string>} docs/vad.md.
 */
export async function writeVadReport(rounds) {
  const rows = await timeVads(rounds);
  const cost = {
    date: new Date().toISOString().slice(0, 16),
    cpu: cpus()[0]?.model,
    node: process.versions.node,
    rounds,
  };
  writeFileSync(join(packageFolder, 'docs/vadCost.json'), `${JSON.stringify({ ...cost, rows }, null, 2)}\n`);
  return runReport('test/vad.report.ts', 'vad.md');
}

/**
 * @param {string} report A file that measures, and writes into docs.
 * @param {string} page What it has written there.
 * @returns {string} That page.
 */
export function runReport(report, page) {
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const parameters = [vitest, 'run', '--config', 'vitest.report.config.ts', report];
  execFileSync(process.execPath, parameters, { cwd: packageFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(join(packageFolder, 'docs', page), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(await writeVadReport(Math.max(9, Number(process.argv[2] ?? 9))));
  process.exit(0);
}
