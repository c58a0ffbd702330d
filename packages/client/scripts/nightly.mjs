// This file runs what takes too long for every change: random fault schedules, planted bugs, 100,000 messages that quote
// secrets, an hour of virtual time in Node, and 200 calls in Chromium.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The path of a Chromium. */
function ensureBrowser() {
  return spawnSync('node', ['../../scripts/ensure-browser.mjs'], { cwd: root, encoding: 'utf8' }).stdout.trim();
}

const RUNS = [
  { command: 'node', words: ['scripts/schedules.mjs'], set: {} },
  { command: 'node', words: ['scripts/mutations.mjs'], set: {} },
  {
    command: 'vitest',
    words: ['run', '--config', 'vitest.config.ts', '--testTimeout=3600000', 'test/security/canary.test.ts'],
    set: { VOICEWIRE_CANARY_COUNT: '100000' },
  },
  {
    command: 'vitest',
    words: ['run', '--config', 'vitest.config.ts', '--testTimeout=3600000', 'test/longCall.test.ts'],
    set: { VOICEWIRE_MINUTES: '60' },
  },
  {
    command: 'vitest',
    words: ['run', '--config', 'vitest.realtime.config.ts', '--testTimeout=3600000', 'test/browser/leaks'],
    // Where it is not set, the one that `pnpm test` would use.
    set: { VOICEWIRE_CYCLES: '200', VOICEWIRE_BROWSER: process.env['VOICEWIRE_BROWSER'] ?? ensureBrowser() },
  },
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
