// This file measures anew and writes the numbers of docs/latency.md: raw values as JSON beside this package, tables in the page.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const packagePath = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const cli = packagePath('dist/cli.js');
/** Enough for a 95 % interval of the median that leaves out the extremes. */
const TURNS = '20';

const loopback = packagePath('generated/loopback.json');
const virtual = packagePath('generated/virtual.json');
const hundred = packagePath('generated/hundred.json');
call('run', '--vendor', 'all', '--turns', TURNS, '--json', loopback);
call('run', '--vendor', 'all', '--virtual', '--turns', TURNS, '--json', virtual);
// What many conversations cost one process.
call('run', '--sessions', '100', '--turns', '2', '--json', hundred);
call('report', loopback, virtual, hundred, '--markdown', packagePath('../../docs/latency.md'));

/** @param {string[]} words */
function call(...words) {
  const { status } = spawnSync(process.execPath, [cli, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
