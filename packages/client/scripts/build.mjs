// This file builds the package: modules with declarations by tsc, and each worklet as one self-contained file.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const WORKLETS = ['capture', 'playout'];

rmSync(`${root}/dist`, { recursive: true, force: true });

const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(status ?? 1);

// A worklet cannot import: its file carries the DSP and the bytes of its WebAssembly module.
for (const name of WORKLETS) {
  const bundle = await rolldown({ input: `${root}/src/worklet/${name}.worklet.ts` });
  await bundle.write({ file: `${root}/dist/worklets/${name}.worklet.js`, format: 'esm', minify: true });
  await bundle.close();
}
