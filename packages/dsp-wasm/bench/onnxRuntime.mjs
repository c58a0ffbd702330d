// This file runs Silero's own model in ONNX Runtime, the way others do, to compare with.
//
// The runtime for Node is 113 MB to download, for golden frames and benchmarks alone, so no install brings it: it is
// put below node_modules/.cache when it is first asked for. The one for the web comes with @ricky0123/vad-web anyway.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readSourceModel } from '../scripts/neural/sourceModel.mjs';

const HOP_SAMPLES = 512;
const CONTEXT_SAMPLES = 64;
const NODE_RUNTIME = 'onnxruntime-node@1.30.0';
const cache = fileURLToPath(new URL('../node_modules/.cache/onnxruntime-node/', import.meta.url));
const require = createRequire(import.meta.url);

/** @typedef {{ name: string, hear(hop: Float32Array): Promise<number>, reset(): void }} Judge Hops are 512 samples at 16 kHz. */

/** One thread, as all that are compared. @returns {Promise<Judge>} */
export async function openNodeRuntime() {
  const entry = join(cache, 'node_modules/onnxruntime-node/package.json');
  if (!existsSync(entry)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', NODE_RUNTIME, ...options], { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const { default: runtime } = await import(pathToFileURL(createRequire(entry).resolve('onnxruntime-node')).href);
  return openSession('onnxruntime-node', runtime);
}

/** As @ricky0123/vad-web runs it, with its own class: WebAssembly with SIMD, one thread. @returns {Promise<Judge>} */
export async function openVadWeb() {
  const runtime = require('onnxruntime-web');
  runtime.env.wasm.numThreads = 1;
  const { Silero } = require('@ricky0123/vad-web/dist/models/silero.js');
  const silero = await Silero.new(runtime, () => Promise.resolve(readSourceModel()));
  return {
    name: 'vad-web (onnxruntime-web)',
    reset: () => silero.reset_state(),
    hear: async (hop) => (await silero.process(hop)).isSpeech,
  };
}

/** @param {string} name @param {any} runtime @returns {Promise<Judge>} */
async function openSession(name, { InferenceSession, Tensor }) {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(readSourceModel(), options);
  const sr = new Tensor('int64', BigInt64Array.of(16_000n), []);
  const input = new Float32Array(CONTEXT_SAMPLES + HOP_SAMPLES);
  const fresh = () => new Tensor('float32', new Float32Array(256), [2, 1, 128]);
  let state = fresh();
  return {
    name,
    reset() {
      state = fresh();
      input.fill(0);
    },
    async hear(hop) {
      input.copyWithin(0, HOP_SAMPLES);
      input.set(hop, CONTEXT_SAMPLES);
      const { output, stateN } = await session.run({
        input: new Tensor('float32', input, [1, input.length]),
        state,
        sr,
      });
      state = stateN;
      return output.data[0];
    },
  };
}
