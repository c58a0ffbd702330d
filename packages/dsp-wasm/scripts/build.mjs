// This file builds the package: AssemblyScript to WebAssembly, with SIMD and without, the bytes of both and the neural
// detector's weights into TypeScript modules, TypeScript to dist.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWeightText } from './neural/weightText.mjs';
import { lowerModule } from './scalar/lowerModule.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

mkdirSync(join(packageFolder, 'src/generated'), { recursive: true });
compileKernels('asconfig.json');
embedKernels('dsp', 'dspWasm', 'scalarWasm');
compileKernels('asconfig.neural.json');
embedKernels('neural', 'neuralWasm', 'neuralScalarWasm');
embedWeights();
compileHost();

/** @param {string} config */
function compileKernels(config) {
  run(require.resolve('assemblyscript/bin/asc.js'), ['--config', config, '--target', 'release']);
}

/** @param {string} wasm Name of the module in build/. @param {string} simdFile @param {string} scalarFile */
function embedKernels(wasm, simdFile, scalarFile) {
  const kernels = readFileSync(join(packageFolder, `build/${wasm}.wasm`));
  const scalar = lowerModule(kernels);
  writeFileSync(join(packageFolder, `build/${wasm}.scalar.wasm`), scalar);
  const base64 = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('base64');
  embed(simdFile, `the compiled kernels, build/${wasm}.wasm`, { [constantOf(simdFile)]: base64(kernels) });
  embed(scalarFile, `the kernels without SIMD, build/${wasm}.scalar.wasm`, {
    [constantOf(scalarFile)]: base64(scalar),
  });
}

function embedWeights() {
  const { header, heads, mantissas, vectors } = writeWeightText(
    readFileSync(join(packageFolder, 'assets/sileroVadV6.bin')),
  );
  embed('neuralWeights', 'assets/sileroVadV6.bin, under the licence in assets/NOTICE', {
    HEADER_BASE64: header,
    HEADS: heads,
    MANTISSAS: mantissas,
    VECTORS_BASE64: vectors,
  });
}

/** @param {string} file */
function constantOf(file) {
  return `${file.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_BASE64`;
}

/** @param {string} file @param {string} what @param {Readonly<Record<string, string>>} constants */
function embed(file, what, constants) {
  // Typed, or the declaration would repeat the text.
  // Typed, or the declarations would repeat the text.
  const lines = Object.entries(constants).map(([name, text]) => `export const ${name}: string =\n  '${text}';`);
  const header = `// This file is ${what}, as text. Written by scripts/build.mjs.`;
  writeFileSync(join(packageFolder, 'src/generated', `${file}.ts`), `${[header, ...lines].join('\n')}\n`);
}

function compileHost() {
  rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
  run(join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), ['-p', 'tsconfig.build.json']);
  dropMaps(join(packageFolder, 'dist/generated'));
}

/** A map of text that is data would only be the data once more. @param {string} folder */
function dropMaps(folder) {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    if (file.endsWith('.map')) rmSync(path);
    else writeFileSync(path, readFileSync(path, 'utf8').replace(/\/\/# sourceMappingURL=.*\n?/, ''));
  }
}

/** @param {string} script @param {string[]} scriptArguments */
function run(script, scriptArguments) {
  try {
    execFileSync(process.execPath, [script, ...scriptArguments], { cwd: packageFolder, stdio: 'inherit' });
  } catch {
    // The tool has printed why; its own stack trace would only hide it.
    process.exit(1);
  }
}
