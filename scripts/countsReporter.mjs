// This file is a Vitest reporter: it writes how many tests passed, failed and were skipped, so that `.ci/run` can add
// up every runner, and so that turbo restores the counts together with a cached result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What one runner counted; `.reports/<task>.json` holds one.
 *
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {string[]} failures What failed: tests, files that did not load, hooks that threw, errors outside any test.
 * @property {{ name: string, reason: string }[]} skipped `reason` is the note given to `ctx.skip()`, or ''.
 */

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
    for (const error of unhandledErrors) counts.failures.push(`outside any test: ${error.message ?? 'unknown error'}`);
    for (const module of modules) {
      // A file that does not load has no tests to count, and a hook that throws skips its tests: both are failures.
      if (module.errors().length > 0) counts.failures.push(`${module.relativeModuleId} (does not load)`);
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) counts.failures.push(`${module.relativeModuleId} > ${suite.fullName} (hook)`);
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
  else if (result.state === 'failed') counts.failures.push(name);
  else counts.skipped.push({ name, reason: result.state === 'skipped' ? (result.note ?? '') : 'never ran' });
}
