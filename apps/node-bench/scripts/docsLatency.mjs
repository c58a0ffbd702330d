// This file measures anew and writes the numbers of docs/latency.md: raw values as JSON beside this package, tables in the page.
// Options to try it out: `--turns N` (default 20), `--into FOLDER` (JSON files and a copy of the page go there instead).
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const packagePath = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const cli = packagePath('dist/cli.js');

const { values } = parseArgs({
  options: {
    // 20 are enough for a 95 % interval of the median that leaves out the extremes.
    turns: { type: 'string', default: '20' },
    into: { type: 'string' },
  },
});
const page = preparePage(packagePath('../../docs/latency.md'), values.into);
const folder = values.into ?? packagePath('generated');

const loopback = join(folder, 'loopback.json');
const virtual = join(folder, 'virtual.json');
const hundred = join(folder, 'hundred.json');
call('run', '--vendor', 'all', '--turns', values.turns, '--json', loopback);
call('run', '--vendor', 'all', '--virtual', '--turns', values.turns, '--json', virtual);
// What many conversations cost one process.
call('run', '--vendor', 'all', '--sessions', '100', '--turns', '2', '--json', hundred);
call('report', loopback, virtual, hundred, '--markdown', page);

/**
 * @param {string} page
 * @param {string | undefined} folder
 */
function preparePage(page, folder) {
  if (folder === undefined) return page;
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, 'latency.md');
  copyFileSync(page, copy);
  return copy;
}

/** @param {string[]} words */
function call(...words) {
  const { status } = spawnSync(process.execPath, [cli, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
