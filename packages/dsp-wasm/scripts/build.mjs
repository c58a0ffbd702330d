// This file builds the package: AssemblyScript to WebAssembly, its bytes into a TypeScript module, TypeScript to dist.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

compileKernels();
embedKernels();
compileHost();

function compileKernels() {
  run(require.resolve('assemblyscript/bin/asc.js'), ['--target', 'release']);
}

function embedKernels() {
  const base64 = readFileSync(join(packageFolder, 'build/dsp.wasm')).toString('base64');
  const folder = join(packageFolder, 'src/generated');
  mkdirSync(folder, { recursive: true });
  const lines = [
    '// This file is the compiled kernels, build/dsp.wasm, in base64. Written by scripts/build.mjs.',
    `export const DSP_WASM_BASE64 =\n  '${base64}';`,
  ];
  writeFileSync(join(folder, 'dspWasm.ts'), `${lines.join('\n')}\n`);
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
