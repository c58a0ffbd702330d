// This file is a Vitest reporter: it writes how many tests passed, failed and were skipped, so that `.ci/run` can add
// up every runner, and so that turbo restores the counts together with a cached result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export default class CountsReporter {
  /** @param {{ task: string }} options Name of the task; the counts go to `.reports/<task>.json`. */
  constructor({ task }) {
    this.task = task;
  }

  onInit(vitest) {
    this.root = vitest.config.root;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file that fails to load has no tests to count, yet it is a failure.
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'failed') counts.failed += 1;
        else counts.skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const folder = join(this.root, '.reports');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.task}.json`), `${JSON.stringify(counts, null, 2)}\n`);
  }
}
