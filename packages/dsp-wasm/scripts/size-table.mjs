// This file writes docs/sizes.md: what the package makes a page download. `node scripts/size-table.mjs`, after a build.
import { writeFileSync } from 'node:fs';
import {
  weighCaptureKernels,
  weighEmbeddedKernels,
  weighHost,
  weighKernels,
  weighKernelsWithoutPlayer,
  weighNeuralVad,
  weighScalarKernels,
} from './weigh.mjs';

/** @type {readonly (readonly [string, import('./weigh.mjs').Weight])[]} */
const rows = [
  ['WebAssembly: resampling, conversion, framing, level', weighCaptureKernels()],
  ['the same with the detector', weighKernelsWithoutPlayer()],
  ['WebAssembly: all of it, with the player’s kernels too', weighKernels()],
  ['the same in base64, as it travels inside the JavaScript', weighEmbeddedKernels()],
  ['WebAssembly without SIMD, loaded only where that is missing', weighScalarKernels()],
  ['JavaScript: wrapper and filter design, `loadDsp`', await weighHost('export { loadDsp }', 'index', [])],
  ['the same with the detector’s filters and weights', await weighHost('export { loadDsp }', 'index', ['model'])],
  ['and with the player’s stages', await weighHost('export { loadDsp }', 'index', ['model', 'player'])],
  ['JavaScript: everything that `/sync` exports', await weighHost('export *', 'sync', ['model', 'player'])],
  ['JavaScript: everything that the package exports', await weighHost('export *', 'index', ['model', 'player'])],
];
const neural = await weighNeuralVad();
const neuralBrotliBytes = neural.reduce((sum, { brotliBytes }) => sum + brotliBytes, 0);
const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const lines = [
  '# Sizes',
  '',
  '<!-- Written by scripts/size-table.mjs: change it there. -->',
  '',
  'Minified by rolldown; gzip at its best level; JavaScript without the kernels in it. test/sizes.test.ts holds the bounds.',
  '',
  '| | bytes | gzip |',
  '| --- | --: | --: |',
  ...rows.map(([title, { bytes, gzipBytes }]) => `| ${title} | ${kB(bytes)} | ${kB(gzipBytes)} |`),
  '',
  'Aimed at: 5 kB for the first row, 16 for the second and third, 5 for `loadDsp`.',
  '',
  'The neural detector, which comes only to those who import `/neural-vad`, a file per line:',
  '',
  '| | bytes | Brotli |',
  '| --- | --: | --: |',
  ...neural.map(({ title, bytes, brotliBytes }) => `| ${title} | ${kB(bytes)} | ${kB(brotliBytes)} |`),
  `| all in, at most 400 kB | | ${kB(neuralBrotliBytes)} |`,
];
writeFileSync(new URL('../docs/sizes.md', import.meta.url), `${lines.join('\n')}\n`);
process.stdout.write(`${lines.join('\n')}\n`);
