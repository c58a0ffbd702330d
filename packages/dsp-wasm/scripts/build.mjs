// This file builds the package: AssemblyScript to WebAssembly, with SIMD and without, the bytes of both into TypeScript
// modules, TypeScript to dist.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lowerModule } from './scalar/lowerModule.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

compileKernels();
embedKernels();
compileHost();

function compileKernels() {
  run(require.resolve('assemblyscript/bin/asc.js'), ['--target', 'release']);
}

function embedKernels() {
  const kernels = readFileSync(join(packageFolder, 'build/dsp.wasm'));
  const scalar = lowerModule(kernels);
  writeFileSync(join(packageFolder, 'build/dsp.scalar.wasm'), scalar);
  mkdirSync(join(packageFolder, 'src/generated'), { recursive: true });
  embed('dspWasm', 'DSP_WASM_BASE64', 'the compiled kernels, build/dsp.wasm', kernels);
  embed('scalarWasm', 'SCALAR_WASM_BASE64', 'the kernels without SIMD, build/dsp.scalar.wasm', scalar);
}

/** @param {string} file @param {string} name @param {string} what @param {Uint8Array} bytes */
function embed(file, name, what, bytes) {
  const lines = [
    `// This file is ${what}, in base64. Written by scripts/build.mjs.`,
    `export const ${name} =\n  '${Buffer.from(bytes).toString('base64')}';`,
  ];
  writeFileSync(join(packageFolder, 'src/generated', `${file}.ts`), `${lines.join('\n')}\n`);
}

function compileHost() {
  rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
  run(join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), ['-p', 'tsconfig.build.json']);
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
