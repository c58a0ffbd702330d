// This file plays 100,000 schedules on the bridge, or as many as its first argument says: too long for every change.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync(
  'vitest',
  ['run', '--config', 'vitest.config.ts', '--testTimeout=3600000', 'test/schedules.test.ts'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, VOICEWIRE_SCHEDULE_COUNT: process.argv[2] ?? '100000' },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
);
process.exitCode = status ?? 1;
