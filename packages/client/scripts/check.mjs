// This file type-checks the package once for each place it runs in: core, browser, Node, audio thread, tests.
import { spawnSync } from 'node:child_process';

const PROJECTS = [
  'tsconfig.json',
  'tsconfig.browser.json',
  'tsconfig.node.json',
  'tsconfig.worklet.json',
  'tsconfig.test.json',
];

for (const project of PROJECTS) {
  const { status } = spawnSync('tsc', ['-p', project, '--noEmit'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
