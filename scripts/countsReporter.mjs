// This file is a Vitest reporter: it writes how many tests passed, failed and were skipped, so that `.ci/run` can add
// up every runner, and so that turbo restores the counts together with a cached result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What one runner counted; `.reports/<task>.json` holds one.
 *
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {string[]} failures What failed, and why: tests, files that did not load, hooks that threw, errors outside
 *   any test. A line each.
 * @property {{ name: string, reason: string }[]} skipped `reason` is the note given to `ctx.skip()`, or ''.
 */

/** Characters of an error that go into a line. */
const LONGEST_REASON = 300;

/** @import { TestModule, Vitest } from 'vitest/node' */

export default class CountsReporter {
  #task;
  #root = '.';

  /** @param {{ task: string }} options Name of the task; the counts go to `.reports/<task>.json`. */
  constructor({ task }) {
    this.#task = task;
  }

  /** @param {Vitest} vitest */
  onInit(vitest) {
    this.#root = vitest.config.root;
  }

  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {TestCounts} */
    const counts = { passed: 0, failures: [], skipped: [] };
    for (const error of unhandledErrors) counts.failures.push(failure('outside any test', [error]));
    for (const module of modules) {
      // A file that does not load has no tests to count, and a hook that throws skips its tests: both are failures.
      if (module.errors().length > 0) {
        counts.failures.push(failure(`${module.relativeModuleId} (does not load)`, module.errors()));
      }
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) {
          counts.failures.push(failure(`${module.relativeModuleId} > ${suite.fullName} (hook)`, suite.errors()));
        }
      }
      for (const test of module.children.allTests())
        count(counts, test, `${module.relativeModuleId} > ${test.fullName}`);
    }
    const folder = join(this.#root, '.reports');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.#task}.json`), `${JSON.stringify(counts, null, 2)}\n`);
  }
}

/**
 * @param {TestCounts} counts
 * @param {import('vitest/node').TestCase} test
 * @param {string} name
 */
function count(counts, test, name) {
  const result = test.result();
  if (result.state === 'passed') counts.passed += 1;
  else if (result.state === 'failed') counts.failures.push(failure(name, result.errors));
  else counts.skipped.push({ name, reason: result.state === 'skipped' ? (result.note ?? '') : 'never ran' });
}

/**
 * The first line of the first error is enough to see what it was; the rest is in the log above.
 *
 * @param {string} name
 * @param {readonly { message?: string }[]} errors
 */
function failure(name, [error]) {
  const [line = ''] = (error?.message ?? '').split('\n');
  return `${name}: ${line.slice(0, LONGEST_REASON) || 'unknown error'}`;
}
