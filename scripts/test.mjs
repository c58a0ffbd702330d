// This file is the command that builds, checks and tests everything, and ends with one line that adds it all up.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BrowserMissingError, ensureBrowser } from './browser/ensureBrowser.mjs';
import { thisMachine } from './browser/machine.mjs';
import { findSharedRecordings } from './testRun/sharedRecordings.mjs';
import { firstOfEach, lastLine, reportPath, tallyTasks } from './testRun/tally.mjs';
import { planTasks, runTasks } from './testRun/turbo.mjs';

const SHARED_MACHINE_TASKS = [
  'check',
  'build',
  'test',
  'check:lint',
  'check:format',
  'check:boundaries',
  'check:scripts',
  'check:exports',
  'test:scripts',
];
const LONE_TASKS = ['test:realtime', 'test:packages'];

const root = fileURLToPath(new URL('..', import.meta.url));
const startMs = performance.now();
/** @type {string[]} What went wrong before or around the tasks. */
const otherFailures = [];

attempt(nameRecordings);
attempt(nameBrowser);
const tasks = firstOfEach([
  ...runPhase(SHARED_MACHINE_TASKS, [`--concurrency=${availableParallelism()}`, '--log-order=grouped']),
  // Builds and other tests would steal the cores from a clock that runs in real time.
  ...runPhase(LONE_TASKS, ['--concurrency=1']),
]);
const tally = tallyTasks(tasks, readCounts);
tally.failures.unshift(...otherFailures);

print(
  'Skipped',
  tally.skipped.map(({ name, reason }) => `${name}: ${reason}`),
);
print('Failed', tally.failures);
const cachedCount = tasks.filter(({ wasCached }) => wasCached).length;
const wallS = ((performance.now() - startMs) / 1000).toFixed(1);
console.log(`\n${tasks.length} tasks, ${cachedCount} of them cached, in ${wallS} s`);
console.log(lastLine(tally));
process.exitCode = tally.failures.length > 0 || tally.passed === 0 ? 1 : 0;

/** Tells the tests, turbo's cache and the reader which recordings are used. */
function nameRecordings() {
  // Tests that need recordings, or a browser, say so themselves when there are none; the others run all the same.
  process.env['VOICEWIRE_SHARED_HASH'] = 'absent';
  const { folder, hash } = findSharedRecordings(root, process.env['VOICEWIRE_SHARED']);
  process.env['VOICEWIRE_SHARED_HASH'] = hash;
  if (folder !== undefined) process.env['VOICEWIRE_SHARED'] = folder;
  console.log(
    folder === undefined
      ? 'Shared recordings: none beside the repository; the tests that need them are skipped (or set VOICEWIRE_SHARED).'
      : `Shared recordings: ${folder}`,
  );
}

/** The same for the browser; installs one if there is none. */
function nameBrowser() {
  const { path, version } = ensureBrowser(thisMachine());
  process.env['VOICEWIRE_BROWSER'] = path;
  // A browser update is a new browser to turbo's cache.
  process.env['VOICEWIRE_BROWSER_VERSION'] = version;
  console.log(`Browser: ${version} at ${path}`);
}

/**
 * @param {string[]} names
 * @param {string[]} options
 */
function runPhase(names, options) {
  const finished = attempt(() => {
    const planned = planTasks(root, names);
    // Counts of an earlier run must not pass for those of this one. Turbo puts back the counts of a cached task.
    for (const task of planned) rmSync(join(root, reportPath(task)), { force: true });
    return runTasks(root, planned, names, ['--ui=stream', '--output-logs=new-only', ...options]);
  });
  return finished ?? [];
}

/**
 * A step that fails is one failure of the run; the rest of the run goes on.
 *
 * @template T
 * @param {() => T} step
 */
function attempt(step) {
  try {
    return step();
  } catch (error) {
    console.error(error instanceof BrowserMissingError ? error.message : error);
    otherFailures.push(String(error).replace(/\n.*/s, ''));
    return undefined;
  }
}

/** @param {import('./testRun/turbo.mjs').FinishedTask} task */
function readCounts(task) {
  const path = join(root, reportPath(task));
  /** @type {import('./countsReporter.mjs').TestCounts | undefined} */
  const counts = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  return counts;
}

/**
 * @param {string} title
 * @param {string[]} lines
 */
function print(title, lines) {
  if (lines.length > 0) console.log(['', `${title}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
}
