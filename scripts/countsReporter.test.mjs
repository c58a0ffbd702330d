import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('./fixtures/counts/', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

describe('countsReporter', () => {
  beforeAll(() => rmSync(join(fixture, '.reports'), { recursive: true, force: true }));

  test('counts 1 passed, 3 failed (test, hook, unloadable file) and 2 skipped, one with its reason', () => {
    const run = spawnSync(process.execPath, [vitest, 'run', '--root', fixture], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(1);
    /** @type {import('./countsReporter.mjs').TestCounts} */
    const counts = JSON.parse(readFileSync(join(fixture, '.reports/fixture.json'), 'utf8'));
    expect(counts.passed).toBe(1);
    expect(counts.failures.toSorted()).toEqual([
      'outcomes.spec.mjs > a suite whose hook throws (hook): the hook throws',
      'outcomes.spec.mjs > fails: expected 1 to be 2 // Object.is equality',
      'unloadable.spec.mjs (does not load): this file does not load',
    ]);
    expect(counts.skipped.map(({ reason }) => reason).toSorted()).toEqual(['', 'no microphone here']);
  });
});
