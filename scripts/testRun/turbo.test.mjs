import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planTasks, runTasks } from './turbo.mjs';

const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'voicewire-turbo-'))));

beforeAll(() => {
  cpSync(fileURLToPath(new URL('../fixtures/turbo/', import.meta.url)), root, { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(
    fileURLToPath(new URL('../../node_modules/turbo', import.meta.url)),
    join(root, 'node_modules/turbo'),
    'junction',
  );
  writeFileSync(join(root, 'package-lock.json'), '{ "lockfileVersion": 3, "packages": {} }');
});
afterAll(() => rmSync(root, { recursive: true }));

describe('runTasks', () => {
  test('says 0, the exit code, or undefined for what ran well, failed, or could not run, and plans no missing script', () => {
    const planned = planTasks(root, ['build', 'test']);
    const finished = runTasks(root, planned, ['build', 'test'], ['--output-logs=none']);
    expect(Object.fromEntries(finished.map(({ id, exitCode }) => [id, exitCode]))).toEqual({
      'broken#build': 3,
      'needs-broken#build': undefined,
      'needs-broken#test': undefined,
      'works#build': 0,
    });
    expect(finished.find(({ id }) => id === 'works#build')).toMatchObject({ name: 'build', folder: 'packages/works' });
  });

  test('throws when turbo ran nothing', () => {
    expect(() => planTasks(root, ['no-such-task'])).toThrow(/turbo cannot plan the tasks/);
    expect(() => runTasks(root, [], ['no-such-task'], ['--output-logs=none'])).toThrow(/did not run/);
  });
});
