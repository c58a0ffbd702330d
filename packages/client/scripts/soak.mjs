// This file runs the tests for leaks for as long as a night allows: 200 calls in Chromium, an hour of virtual time in Node.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const RUNS = [
  ['vitest.config.ts', 'test/longCall', { VOICEWIRE_MINUTES: '60' }],
  ['vitest.realtime.config.ts', 'test/browser/leaks', { VOICEWIRE_CYCLES: '200' }],
];

for (const [config, file, size] of RUNS) {
  const words = ['run', '--config', config, file, '--disable-console-intercept', '--testTimeout', '900000'];
  const { status } = spawnSync('vitest', words, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...size },
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
