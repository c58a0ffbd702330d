// This file weighs what the package makes others download: kernels with and without the detector, and the host's code.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const require = createRequire(import.meta.url);
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
/** Modules that are weighed apart: the kernels in base64, the detector's weights, and the player's stages. */
const LEFT_OUT = [
  { path: /generated\/dspWasm/, part: 'kernels', stub: "export const DSP_WASM_BASE64 = '';" },
  {
    path: /design\/speechModel/,
    part: 'model',
    stub: 'export const FEATURE_COUNT = 0; export const speechModel = () => new Float32Array();',
  },
  {
    path: /src\/player\//,
    part: 'player',
    stub: 'export const createTimeStretch = 0, createConcealer = 0, createGain = 0, CrossFader = 0;',
  },
];

/** @typedef {{ bytes: number, gzipBytes: number }} Weight */

/** All kernels, as built. @returns {Weight} */
export function weighKernels() {
  return weightOf(readFileSync(join(packageFolder, 'build/dsp.wasm')));
}

/** All kernels in base64, as they travel inside the package. @returns {Weight} */
export function weighEmbeddedKernels() {
  return weightOf(Buffer.from(readFileSync(join(packageFolder, 'build/dsp.wasm')).toString('base64')));
}

/** All kernels without SIMD, which only platforms that lack it download. @returns {Weight} */
export function weighScalarKernels() {
  return weightOf(readFileSync(join(packageFolder, 'build/dsp.scalar.wasm')));
}

/** Resampling, conversion, framing and level: compiled anew, without the player and with a detector that does nothing. @returns {Weight} */
export function weighCaptureKernels() {
  return weighCompiled((folder) => {
    copyFileSync(join(folder, 'assembly/bench/noVad.ts'), join(folder, 'assembly/spectralVad.ts'));
    leavePlayerOut(folder);
  });
}

/** The same with the detector. @returns {Weight} */
export function weighKernelsWithoutPlayer() {
  return weighCompiled(leavePlayerOut);
}

/** @param {string} folder */
function leavePlayerOut(folder) {
  const index = join(folder, 'assembly/index.ts');
  const lines = readFileSync(index, 'utf8').split('\n');
  writeFileSync(index, lines.filter((line) => !line.includes("'./player/")).join('\n'));
}

/** @param {(folder: string) => void} change Of a copy of the sources. @returns {Weight} */
function weighCompiled(change) {
  const folder = mkdtempSync(join(tmpdir(), 'voicewire-weigh-'));
  try {
    cpSync(join(packageFolder, 'assembly'), join(folder, 'assembly'), { recursive: true });
    cpSync(join(packageFolder, 'asconfig.json'), join(folder, 'asconfig.json'));
    change(folder);
    execFileSync(process.execPath, [require.resolve('assemblyscript/bin/asc.js'), '--target', 'release'], {
      cwd: folder,
      stdio: 'pipe',
    });
    return weightOf(readFileSync(join(folder, 'build/dsp.wasm')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * JavaScript that comes with an import, as a bundler would ship it, without the kernels' bytes.
 *
 * @param {string} imports What is imported: `export *` or `export { loadDsp }`.
 * @param {string} entry File below `src`, without its ending.
 * @param {readonly ('model' | 'player')[]} parts What counts besides: the detector's filters and weights, the player's stages.
 * @returns {Promise<Weight & { files: string[] }>} `files`: those of the entry's own chunk, relative to `src`.
 */
export async function weighHost(imports, entry, parts) {
  /** @type {readonly string[]} */
  const counted = parts;
  const source = join(packageFolder, 'src/');
  const text = `${imports} from '${source}${entry}.ts'`;
  const build = await rolldown({
    input: 'entry',
    plugins: [
      {
        name: 'entry-from-text',
        resolveId: (id) => (id === 'entry' ? id : null),
        load: (id) => {
          if (id === 'entry') return text;
          return LEFT_OUT.find(({ path, part }) => path.test(id) && !counted.includes(part))?.stub ?? null;
        },
      },
    ],
  });
  const { output } = await build.generate({ format: 'es', minify: true, comments: false });
  await build.close();
  const chunks = output.filter((chunk) => chunk.type === 'chunk');
  const [own] = chunks;
  // With it comes what it shares with the kernels without SIMD, but not those themselves.
  const shared = chunks.filter(({ fileName }) => own.imports.includes(fileName));
  const files = Object.keys(own.modules).filter((file) => file.startsWith(source));
  return {
    ...weightOf(Buffer.from([own, ...shared].map(({ code }) => code).join('\n'))),
    files: files.map((file) => file.slice(source.length)),
  };
}

/**
 * All that `createNeuralVad` at 16 kHz brings onto a page with SIMD: host, kernel and weights, a file each, with Brotli.
 *
 * @returns {Promise<{ title: string, bytes: number, brotliBytes: number }[]>}
 */
export async function weighNeuralVad() {
  const build = await rolldown({ input: join(packageFolder, 'src/neuralVad.ts') });
  const { output } = await build.generate({ format: 'es', minify: true, comments: false });
  await build.close();
  const chunks = output.filter((chunk) => chunk.type === 'chunk');
  const chunkOf = (/** @type {string} */ module) =>
    chunks.find(({ facadeModuleId, moduleIds }) => (facadeModuleId ?? moduleIds.join()).endsWith(module));
  const parts = [
    ['JavaScript', '/src/neuralVad.ts'],
    ['kernel', '/generated/neuralWasm.ts'],
    ['weights', '/neural/weightText.ts'],
  ].map(([title = '', module = '']) => ({ title, chunk: chunkOf(module) }));
  const counted = new Set(parts.map(({ chunk }) => chunk));
  // What they share lies in files of its own.
  for (const chunk of counted) {
    for (const name of chunk?.imports ?? []) {
      const shared = chunks.find(({ fileName }) => fileName === name);
      if (shared !== undefined && !counted.has(shared))
        parts.push({ title: 'JavaScript that these share', chunk: shared });
      counted.add(shared);
    }
  }
  return parts.map(({ title, chunk }) => {
    if (chunk === undefined) throw new Error(`There is no file for: ${title}.`);
    const bytes = Buffer.from(chunk.code);
    return { title, bytes: bytes.length, brotliBytes: brotliCompressSync(bytes).length };
  });
}

/** @param {Uint8Array} bytes @returns {Weight} */
function weightOf(bytes) {
  return { bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}
