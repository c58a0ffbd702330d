// This file runs turbo tasks and says how each planned task ended, those included that never got to run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Task
 * @property {string} id Such as '@voicewire/protocol#test'; the root's package is '//'.
 * @property {string} name Such as 'test:realtime'.
 * @property {string} folder Of the package, from the root.
 *
 * @typedef {Task & { exitCode: number | undefined, wasCached: boolean }} FinishedTask `exitCode` is undefined when the
 *   task did not run, because something it needs failed.
 */

/**
 * @param {string} root
 * @param {readonly string[]} names Tasks to plan, in all packages that have them.
 * @returns {Task[]} What they need is planned too.
 * @throws {Error} When turbo cannot plan.
 */
export function planTasks(root, names) {
  const run = turbo(root, ['run', ...names, '--dry=json'], 'pipe');
  if (run.status !== 0) throw new Error(`turbo cannot plan the tasks:\n${run.stderr}`);
  /** @type {{ tasks: { taskId: string, task: string, directory: string, command: string }[] }} */
  const plan = JSON.parse(run.stdout);
  return plan.tasks
    .filter(({ command }) => command !== '<NONEXISTENT>')
    .map(({ taskId, task, directory }) => ({ id: taskId, name: task, folder: directory }));
}

/**
 * Runs tasks to the end even when some fail. Their output goes to the terminal.
 *
 * @param {string} root
 * @param {readonly Task[]} planned
 * @param {readonly string[]} names
 * @param {readonly string[]} options More options for `turbo run`.
 * @throws {Error} When turbo ran nothing at all.
 * @returns {FinishedTask[]} One for each planned task.
 */
export function runTasks(root, planned, names, options) {
  const summaries = join(root, '.turbo/runs');
  rmSync(summaries, { recursive: true, force: true });
  // What depends on something that failed is not run: its failure would only repeat the first.
  turbo(root, ['run', ...names, '--continue=dependencies-successful', '--summarize', ...options], 'inherit');

  const [summary] = existsSync(summaries) ? readdirSync(summaries) : [];
  if (summary === undefined) throw new Error('turbo did not run the tasks; see above');
  /** @type {{ tasks: { taskId: string, cache?: { status: string }, execution?: { exitCode: number } }[] }} */
  const { tasks } = JSON.parse(readFileSync(join(summaries, summary), 'utf8'));
  return planned.map((task) => {
    const ended = tasks.find(({ taskId }) => taskId === task.id);
    return { ...task, exitCode: ended?.execution?.exitCode, wasCached: ended?.cache?.status === 'HIT' };
  });
}

/**
 * @param {string} root
 * @param {readonly string[]} commandArguments
 * @param {'pipe' | 'inherit'} output
 */
function turbo(root, commandArguments, output) {
  const command = join(root, 'node_modules/turbo/bin/turbo');
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  return spawnSync(process.execPath, [command, ...commandArguments], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', output, output],
    // A plan lists every input file of every task.
    maxBuffer: 256 * 1024 * 1024,
  });
}
