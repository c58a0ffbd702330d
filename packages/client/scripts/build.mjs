// This file builds the package: modules with declarations by tsc, and each worklet and worker as one self-contained file.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The same worklets with other kernels, each a file of its own, so that nobody downloads both. */
const SCALAR = { '@voicewire/dsp-wasm/wasm': `${root}/src/worklet/scalarKernels.ts` };
/** @type {readonly { from: string, to: string, alias?: Record<string, string> }[]} */
const SELF_CONTAINED = [
  { from: 'worklet/capture.worklet.ts', to: 'worklets/capture.worklet.js' },
  { from: 'worklet/playout.worklet.ts', to: 'worklets/playout.worklet.js' },
  { from: 'worklet/capture.worklet.ts', to: 'worklets/captureScalar.worklet.js', alias: SCALAR },
  { from: 'worklet/playout.worklet.ts', to: 'worklets/playoutScalar.worklet.js', alias: SCALAR },
  { from: 'workers/mp3.worker.ts', to: 'workers/mp3.worker.js' },
];

rmSync(`${root}/dist`, { recursive: true, force: true });

const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(status ?? 1);

// A worklet cannot import, and a strict policy lets a worker load nothing else: each file carries all that it needs.
for (const { from, to, alias = {} } of SELF_CONTAINED) {
  const bundle = await rolldown({ input: `${root}/src/${from}`, resolve: { alias } });
  await bundle.write({ file: `${root}/dist/${to}`, format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
}

// LAME stays a file of its own, so that anybody may put another build of it in its place.
mkdirSync(`${root}/dist/encoders`);
copyFileSync(createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3'), `${root}/dist/encoders/mp3.wasm`);
