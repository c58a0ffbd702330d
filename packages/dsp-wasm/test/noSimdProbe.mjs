// This file says what the package does on the platform that runs it, as one JSON object.
import { createHash } from 'node:crypto';
import { hasWasmSimd, loadDsp } from '../dist/index.js';
import { createDsp } from '../dist/sync.js';
import { wasmBytes } from '../dist/wasm.js';

const dsp = await loadDsp();
let frames = 0;
const hash = createHash('sha256');
const chain = dsp.createCaptureChain({
  inputSampleRate: 48_000,
  onFrame: (pcm, ...measures) => {
    frames++;
    hash.update(pcm).update(Float64Array.from(measures));
  },
});
for (let i = 0; i < 375; i++) chain.process(Float32Array.from({ length: 128 }, (_, n) => 0.5 * Math.sin((i * n) / 9)));

let sync = 'created';
try {
  createDsp(wasmBytes());
} catch (error) {
  sync = error.code;
}
process.stdout.write(JSON.stringify({ hasWasmSimd: hasWasmSimd(), sync, frames, sha256: hash.digest('hex') }));
