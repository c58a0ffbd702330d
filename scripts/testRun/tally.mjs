// This file adds up what the tasks of a test run say: tests by their reports, every other task as one check.

/**
 * @typedef {import('./turbo.mjs').FinishedTask} FinishedTask
 * @typedef {import('../countsReporter.mjs').TestCounts} TestCounts
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {string[]} failures One line each.
 * @property {{ name: string, reason: string }[]} skipped
 */

/**
 * A test task adds its counts. A check adds one. A build adds nothing when it works, and one failure when it does not.
 *
 * @param {readonly FinishedTask[]} tasks
 * @param {(task: FinishedTask) => TestCounts | undefined} readCounts
 * @returns {Tally}
 */
export function tallyTasks(tasks, readCounts) {
  const tallies = tasks.map((task) =>
    kindOf(task) === 'test' ? tallyTests(task, readCounts(task)) : tallyOther(task),
  );
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/**
 * A build that two phases need is planned in both; what happened first is what happened.
 *
 * @param {readonly FinishedTask[]} tasks
 */
export function firstOfEach(tasks) {
  return tasks.filter(({ id }, index) => tasks.findIndex((task) => task.id === id) === index);
}

/** @param {Tally} tally */
export function lastLine({ passed, failures, skipped }) {
  return `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

/**
 * Where a test task's counts are, from the root.
 *
 * @param {{ name: string, folder: string }} task
 */
export function reportPath({ name, folder }) {
  return [folder, '.reports', `${name.replaceAll(':', '-')}.json`].filter(Boolean).join('/');
}

/** @param {{ name: string }} task @returns {'test' | 'check' | 'build'} */
export function kindOf({ name }) {
  if (name === 'test' || name.startsWith('test:')) return 'test';
  return name === 'check' || name.startsWith('check:') ? 'check' : 'build';
}

/**
 * @param {FinishedTask} task
 * @param {TestCounts | undefined} counts
 * @returns {Tally}
 */
function tallyTests(task, counts) {
  const { id, exitCode } = task;
  if (exitCode === undefined) return tallyOther(task);
  const { passed, failures, skipped } = counts ?? { passed: 0, failures: [], skipped: [] };
  /** @type {string[]} */
  const silent = [];
  if (counts === undefined) silent.push(`ended with ${exitCode} and wrote no counts`);
  else if (passed + failures.length + skipped.length === 0) silent.push('has no tests');
  else if (exitCode !== 0 && failures.length === 0) silent.push(`ended with ${exitCode} although no test failed`);
  return {
    passed,
    failures: [...failures, ...silent].map((line) => `${id}: ${line}`),
    skipped: skipped.map(({ name, reason }) => ({ name: `${id}: ${name}`, reason: reason || 'no reason given' })),
  };
}

/**
 * @param {FinishedTask} task
 * @returns {Tally}
 */
function tallyOther(task) {
  const { id, exitCode } = task;
  if (exitCode === undefined)
    return { passed: 0, failures: [`${id}: not run, something it needs failed`], skipped: [] };
  if (exitCode !== 0) return { passed: 0, failures: [`${id}: failed (${exitCode})`], skipped: [] };
  return { passed: kindOf(task) === 'check' ? 1 : 0, failures: [], skipped: [] };
}
