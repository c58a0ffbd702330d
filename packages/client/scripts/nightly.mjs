// This file runs what takes too long for every change: random fault schedules, messages that quote secrets, leaks.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const RUNS = [
  { command: 'node', words: ['scripts/schedules.mjs'], set: {} },
  {
    command: 'vitest',
    words: ['run', '--config', 'vitest.config.ts', '--testTimeout=3600000', 'test/security/canary.test.ts'],
    set: { VOICEWIRE_CANARY_COUNT: '100000' },
  },
  { command: 'node', words: ['scripts/soak.mjs'], set: {} },
];

for (const { command, words, set } of RUNS) {
  const { status } = spawnSync(command, words, {
    cwd: root,
    env: { ...process.env, ...set },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
