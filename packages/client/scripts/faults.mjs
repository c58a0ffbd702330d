// This file runs the fault catalogue and writes its table into docs/faults.md: `node scripts/faults.mjs`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync('vitest', ['run', '--config', 'vitest.config.ts', 'test/faults/catalogue.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, VOICEWIRE_WRITE_FAULTS: '1' },
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
