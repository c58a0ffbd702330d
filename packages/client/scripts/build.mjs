// This file builds the package: modules with declarations by tsc, and each worklet and worker as one self-contained file.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const SELF_CONTAINED = ['worklet/capture.worklet', 'worklet/playout.worklet', 'workers/mp3.worker'];

rmSync(`${root}/dist`, { recursive: true, force: true });

const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(status ?? 1);

// A worklet cannot import, and a strict policy lets a worker load nothing else: each file carries all that it needs.
for (const name of SELF_CONTAINED) {
  const bundle = await rolldown({ input: `${root}/src/${name}.ts` });
  const file = `${root}/dist/${name.replace('worklet/', 'worklets/')}.js`;
  await bundle.write({ file, format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
}
