// This file runs the worklet entry points in a realm that has JavaScript and WebAssembly and nothing of a platform.
//
// AudioWorkletGlobalScope is such a place: no fetch, atob, TextDecoder, URL, performance or timers (Chromium 156, probed).
// Needs --experimental-vm-modules. Prints one JSON object.
import { readFileSync } from 'node:fs';
import { createContext, SourceTextModule } from 'node:vm';

const FORBIDDEN = [
  'fetch',
  'atob',
  'TextDecoder',
  'URL',
  'performance',
  'setTimeout',
  'queueMicrotask',
  'process',
  'Buffer',
];

// As they come in processorOptions.
const kernel = new Uint8Array(readFileSync(new URL('../build/neural.wasm', import.meta.url)));
const weights = new Uint8Array(readFileSync(new URL('../assets/sileroVadV6.bin', import.meta.url)));
const context = createContext({ frames: [] });
Object.assign(context, { bytes: { kernel: [...kernel], weights: [...weights] } });
const modules = new Map();
const entry = new SourceTextModule(
  `import { createDsp } from './sync.js';
   import { wasmBytes } from './wasm.js';
   import { openNeuralVad } from './neuralVadSync.js';
   const dsp = createDsp(wasmBytes());
   const assets = { kernel: Uint8Array.from(bytes.kernel), weights: Uint8Array.from(bytes.weights) };
   const vad = openNeuralVad(assets, { sampleRate: 44100, dsp });
   for (let i = 0; i < 100; i++) globalThis.score = vad.process(new Float32Array(128));
   const chain = dsp.createCaptureChain({ inputSampleRate: 44100, onFrame: (pcm) => frames.push(pcm.length) });
   for (let i = 0; i < 100; i++) chain.process(new Float32Array(128));
   chain.flush();
   chain.dispose();
   const player = dsp.createResampler({ inputSampleRate: 16000, outputSampleRate: 44100 });
   globalThis.played = player.process(new Float32Array(320)).length;`,
  { context, identifier: new URL('../dist/entry.js', import.meta.url).href },
);
await entry.link(load);
await entry.evaluate();

const found = FORBIDDEN.filter((name) => name in context);
process.stdout.write(
  `${JSON.stringify({ found, frames: context.frames, played: context.played, score: context.score })}\n`,
);

function load(specifier, from) {
  const url = new URL(specifier, from.identifier).href;
  if (!modules.has(url)) {
    modules.set(url, new SourceTextModule(readFileSync(new URL(url), 'utf8'), { context, identifier: url }));
  }
  return modules.get(url);
}
