// This file makes every resampler of the benchmark look alike: our own, those from npm, and the native ones.
import { loadDsp } from '@voicewire/dsp-wasm';
import { createRequire } from 'node:module';
import { openNative } from './native.mjs';

const require = createRequire(import.meta.url);
export const BLOCK_SAMPLES = 128;
/** Samples: one second's worth of quanta at 48 kHz, or a little less or more at other rates. */
const NOISE_SAMPLES = 375 * BLOCK_SAMPLES;

/**
 * @typedef {object} OpenSubject
 * @property {(blocks: number) => Promise<{ cpuNs: number, outputSamples: number }>} time CPU time of that many blocks.
 * @property {(signal: Float32Array) => Promise<{ output: Float32Array, heldBackMs: number }>} convert A whole signal, in
 *   blocks, with a fresh state. `heldBackMs`: the most that input taken was ahead of output given, after any block.
 * @property {() => void} close
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {(from: number, to: number) => Promise<OpenSubject>} open Rejects where the pair or the library is missing.
 */

/** The first is what the others are compared with. */
const QUALITIES = /** @type {const} */ (['balanced', 'best', 'low-latency']);
/** @type {readonly Subject[]} */
export const SUBJECTS = [
  ...QUALITIES.map((quality) => ({ name: `voicewire ${quality}`, open: openOurs(quality) })),
  inProcess('libsamplerate-js MEDIUM', openLibsamplerate),
  inProcess('speex-resampler q7', openSpeexNpm),
  inProcess('@echogarden speex simd q7', openEchogarden),
  ...['soxr-voice', 'soxr-hq', 'libsamplerate-medium', 'speex-q7'].map((kind) => ({
    name: `native ${kind}`,
    open: (/** @type {number} */ from, /** @type {number} */ to) => openNative(kind, from, to),
  })),
];

/** @typedef {(block: Float32Array) => { readonly length: number, [index: number]: number }} Convert */

/** @param {import('@voicewire/dsp-wasm').ResamplerQuality} quality @returns {Subject['open']} */
function openOurs(quality) {
  return async (from, to) => {
    const dsp = await loadDsp();
    const options = { inputSampleRate: from, outputSampleRate: to, quality, maxInputSamples: BLOCK_SAMPLES };
    return openInProcess(from, to, async () => {
      const resampler = dsp.createResampler(options);
      return { convert: (block) => resampler.process(block), tail: () => resampler.flush() };
    });
  };
}

/** @param {string} name @param {(from: number, to: number) => Promise<Convert>} make @returns {Subject} */
function inProcess(name, make) {
  return { name, open: (from, to) => openInProcess(from, to, async () => ({ convert: await make(from, to) })) };
}

/**
 * @param {number} from @param {number} to
 * @param {() => Promise<{ convert: Convert, tail?: () => Float32Array }>} make
 * @returns {Promise<OpenSubject>}
 */
async function openInProcess(from, to, make) {
  const noise = Float32Array.from({ length: NOISE_SAMPLES }, (_, n) => ((n * 16_807) % 65_537) / 65_537 - 0.5);
  const blocks = cutIntoBlocks(noise);
  const timed = await make();
  return {
    async time(blockCount) {
      let outputSamples = 0;
      const start = process.cpuUsage();
      for (let i = 0; i < blockCount; i++) {
        const block = blocks[i % blocks.length];
        if (block !== undefined) outputSamples += timed.convert(block).length;
      }
      const { user, system } = process.cpuUsage(start);
      return { cpuNs: (user + system) * 1000, outputSamples };
    },
    async convert(signal) {
      const { convert, tail } = await make();
      const output = [];
      let [taken, given, heldBackMs] = [0, 0, 0];
      for (const block of cutIntoBlocks(signal)) {
        const converted = Float32Array.from(convert(block));
        output.push(converted);
        taken += block.length;
        given += converted.length;
        heldBackMs = Math.max(heldBackMs, (taken / from - given / to) * 1000);
      }
      if (tail !== undefined) output.push(tail().slice());
      return { output: joinFloats(output), heldBackMs };
    },
    close() {},
  };
}

async function openLibsamplerate(/** @type {number} */ from, /** @type {number} */ to) {
  const { ConverterType, create } = require('@alexanderolsen/libsamplerate-js');
  const src = await create(1, from, to, { converterType: ConverterType.SRC_SINC_MEDIUM_QUALITY });
  const output = new Float32Array(Math.ceil((BLOCK_SAMPLES * to) / from) + 64);
  const written = { frames: 0 };
  /** @type {Float32Array[]} */
  const views = [];
  return (/** @type {Float32Array} */ block) => {
    src.full(block, output, written);
    return (views[written.frames] ??= output.subarray(0, written.frames));
  };
}

/** int16 only: what it takes and gives is converted outside of the timed part where it can be, so it is favoured. */
async function openSpeexNpm(/** @type {number} */ from, /** @type {number} */ to) {
  const { default: SpeexResampler } = require('speex-resampler');
  await SpeexResampler.initPromise;
  const resampler = new SpeexResampler(1, from, to, 7);
  /** @type {Map<Float32Array, Buffer>} */
  const chunks = new Map();
  return (/** @type {Float32Array} */ block) => {
    let chunk = chunks.get(block);
    if (chunk === undefined) chunks.set(block, (chunk = toInt16Bytes(block)));
    const bytes = resampler.processChunk(chunk);
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    return {
      length: samples.length,
      *[Symbol.iterator]() {
        for (const x of samples) yield x / 32_768;
      },
    };
  };
}

async function openEchogarden(/** @type {number} */ from, /** @type {number} */ to) {
  const { default: load } = await import('@echogarden/speex-resampler-wasm/simd');
  const speex = await load();
  const state = speex._speex_resampler_init(1, from, to, 7, speex._malloc(4));
  const maxOutputSamples = Math.ceil((BLOCK_SAMPLES * to) / from) + 64;
  const [input, output, counts] = [BLOCK_SAMPLES * 4, maxOutputSamples * 4, 8].map((bytes) => speex._malloc(bytes));
  /** @type {Float32Array[]} */
  const views = [];
  return (/** @type {Float32Array} */ block) => {
    speex.HEAPF32.set(block, input >> 2);
    speex.HEAPU32[counts >> 2] = block.length;
    speex.HEAPU32[(counts >> 2) + 1] = maxOutputSamples;
    speex._speex_resampler_process_float(state, 0, input, counts, output, counts + 4);
    const written = speex.HEAPU32[(counts >> 2) + 1];
    return (views[written] ??= speex.HEAPF32.subarray(output >> 2, (output >> 2) + written));
  };
}

/** @param {Float32Array} block */
function toInt16Bytes(block) {
  const clamp = (/** @type {number} */ x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768)));
  return Buffer.from(Int16Array.from(block, clamp).buffer);
}

/** @param {Float32Array} signal */
function cutIntoBlocks(signal) {
  const count = Math.ceil(signal.length / BLOCK_SAMPLES);
  return Array.from({ length: count }, (_, i) => signal.subarray(i * BLOCK_SAMPLES, (i + 1) * BLOCK_SAMPLES));
}

/** @param {readonly Float32Array[]} parts */
function joinFloats(parts) {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
