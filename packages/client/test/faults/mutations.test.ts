import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const ROOT = join(PACKAGE, '../..');
const MUTATIONS = join(PACKAGE, 'mutations');

const patches = readdirSync(MUTATIONS).filter((name) => name.endsWith('.patch'));

/** `pnpm nightly` plants them; here they are only kept applicable. */
describe(`${patches.length} bugs to be planted`, () => {
  test('are 50 or more, each in words', () => {
    expect(patches.length).toBeGreaterThanOrEqual(50);
    for (const name of patches) expect(readFileSync(join(MUTATIONS, name), 'utf8')).toMatch(/^The bug: .+\.$/m);
  });

  test('apply to the present source: a refactoring takes them along', () => {
    const stale = patches.filter((name) => {
      const args = ['apply', '--check', '--directory=packages/client', join(MUTATIONS, name)];
      return spawnSync('git', args, { cwd: ROOT }).status !== 0;
    });
    expect(stale).toEqual([]);
  });
});
