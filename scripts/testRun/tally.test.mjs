import { describe, expect, test } from 'vitest';
import { firstOfEach, lastLine, reportPath, tallyTasks } from './tally.mjs';

/** @typedef {import('./turbo.mjs').FinishedTask} FinishedTask */

/**
 * @param {string} id
 * @param {number} [exitCode]
 * @returns {FinishedTask}
 */
function task(id, exitCode = 0) {
  return { id, name: id.replace(/^.*#/, ''), folder: '', exitCode, wasCached: false };
}

/** @param {string} id @returns {FinishedTask} */
const notRun = (id) => ({ ...task(id), exitCode: undefined });

/**
 * @param {FinishedTask} ended
 * @param {Partial<import('../countsReporter.mjs').TestCounts>} [counts]
 */
function tallyOne(ended, counts) {
  return tallyTasks([ended], () => counts && { passed: 0, failures: [], skipped: [], ...counts });
}

describe('tallyTasks', () => {
  test('adds 2 runners, 3 checks and no builds to 8 passed, 0 failed, 1 skipped', () => {
    const tasks = ['a#build', 'a#check', 'a#test', 'a#test:realtime', '//#check:lint', '//#check:format'].map((id) =>
      task(id),
    );
    const skipped = [{ name: 'hears a recording', reason: 'no shared recordings' }];
    const tally = tallyTasks(tasks, ({ name }) =>
      name === 'test' ? { passed: 3, failures: [], skipped } : { passed: 2, failures: [], skipped: [] },
    );
    expect(lastLine(tally)).toBe('8 passed, 0 failed, 1 skipped');
    expect(tally.skipped).toEqual([{ name: 'a#test: hears a recording', reason: 'no shared recordings' }]);
  });

  test.each([
    ['a failed check', task('//#check:lint', 1), undefined, '0 passed, 1 failed'],
    ['a failed build', task('a#build', 2), undefined, '0 passed, 1 failed'],
    ['a build that was not run', notRun('a#build'), undefined, '0 passed, 1 failed'],
    ['a check that was not run', notRun('a#check'), undefined, '0 passed, 1 failed'],
    ['tests that were not run, whatever an old report says', notRun('a#test'), { passed: 9 }, '0 passed, 1 failed'],
    ['2 failed tests', task('a#test', 1), { passed: 3, failures: ['x', 'y'] }, '3 passed, 2 failed'],
    ['failed tests of a runner that ends with 0', task('a#test', 0), { failures: ['x'] }, '0 passed, 1 failed'],
    ['a runner that crashed before it wrote counts', task('a#test', 134), undefined, '0 passed, 1 failed'],
    ['a runner that ended well but wrote no counts', task('a#test', 0), undefined, '0 passed, 1 failed'],
    ['a runner that failed although its tests passed', task('a#test', 1), { passed: 3 }, '3 passed, 1 failed'],
    ['a runner without tests', task('a#test', 0), {}, '0 passed, 1 failed'],
  ])('counts %s', (_, ended, counts, expected) => {
    const tally = tallyOne(ended, counts);
    expect(lastLine(tally)).toBe(expected);
    expect(tally.failures.every((line) => line.startsWith(ended.id))).toBe(true);
  });

  test('says so when a test was skipped without a reason', () => {
    const tally = tallyOne(task('a#test'), { skipped: [{ name: 'x', reason: '' }] });
    expect(tally.skipped).toEqual([{ name: 'a#test: x', reason: 'no reason given' }]);
  });
});

test('firstOfEach keeps the failure of a build that worked the second time', () => {
  const tasks = [task('a#build', 1), task('b#build'), task('a#build', 0)];
  expect(firstOfEach(tasks).map(({ id, exitCode }) => [id, exitCode])).toEqual([
    ['a#build', 1],
    ['b#build', 0],
  ]);
});

test('reportPath is beside the package, or in the root for the root', () => {
  expect(reportPath({ name: 'test:realtime', folder: 'packages/client' })).toBe(
    'packages/client/.reports/test-realtime.json',
  );
  expect(reportPath({ name: 'test:scripts', folder: '' })).toBe('.reports/test-scripts.json');
});
