// This file gives every package the same Vitest settings, and the reporter whose counts `.ci/run` adds up.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const countsReporter = fileURLToPath(new URL('./scripts/countsReporter.mjs', import.meta.url));

/** Tasks that turbo runs last, one at a time. */
const REALTIME_TASKS = new Set(['test-realtime', 'test-packages']);

/**
 * Vitest settings for one task of one package.
 *
 * @param task   Name of the turbo task; the counts go to `.reports/<task>.json`.
 * @param include Globs of test files, relative to the package.
 */
export function defineTests(task: string, include: string[], exclude: string[] = []) {
  const isRealtime = REALTIME_TASKS.has(task);
  return defineConfig({
    test: {
      include,
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      reporters: ['default', [countsReporter, { task }]],
      passWithNoTests: false,
      // Real-time tests have two cores between a browser, a server and themselves: one file at a time.
      ...(isRealtime
        ? { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 }
        : { testTimeout: 30_000 }),
    },
  });
}
