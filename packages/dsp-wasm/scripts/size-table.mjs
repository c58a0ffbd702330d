// This file writes docs/sizes.md: what the package makes a page download. `node scripts/size-table.mjs`, after a build.
import { writeFileSync } from 'node:fs';
import { weighEmbeddedKernels, weighHost, weighKernels, weighKernelsWithoutVad, weighScalarKernels } from './weigh.mjs';

const [withModel, withoutModel] = [{ withModel: true }, { withModel: false }];
/** @type {readonly (readonly [string, import('./weigh.mjs').Weight])[]} */
const rows = [
  ['WebAssembly: resampling, conversion, framing, level', weighKernelsWithoutVad()],
  ['WebAssembly: all of it, with the detector', weighKernels()],
  ['the same in base64, as it travels inside the JavaScript', weighEmbeddedKernels()],
  ['WebAssembly without SIMD, loaded only where that is missing', weighScalarKernels()],
  ['JavaScript: wrapper and filter design, `loadDsp`', await weighHost('export { loadDsp }', 'index', withoutModel)],
  ['the same with the detector’s filters and weights', await weighHost('export { loadDsp }', 'index', withModel)],
  ['JavaScript: everything that `/sync` exports', await weighHost('export *', 'sync', withModel)],
  ['JavaScript: everything that the package exports', await weighHost('export *', 'index', withModel)],
];
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
];
writeFileSync(new URL('../docs/sizes.md', import.meta.url), `${lines.join('\n')}\n`);
process.stdout.write(`${lines.join('\n')}\n`);
