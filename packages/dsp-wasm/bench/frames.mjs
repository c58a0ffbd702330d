// This file lines up what happens to samples besides resampling: int16 and back, and the whole way of a quantum.
import { loadDsp, TpdfDither } from '@voicewire/dsp-wasm';
import { findStrongestLine, fitSine, makeTone } from '@voicewire/testkit';
import { compileSync } from '../dist/load/compile.js';
import { openStage } from '../dist/load/stage.js';
import { MemoryMap } from '../dist/memory/memoryMap.js';
import { wasmBytes } from '../dist/wasm.js';
import { timeInterleaved } from './speed.mjs';

/** 20 ms at 16 kHz. */
const FRAME_SAMPLES = 320;
const QUANTUM_SAMPLES = 128;
const DEVICE_RATE = 48_000;
const FRAME_RATE = 16_000;

/**
 * @typedef {object} FramePath
 * @property {string} name
 * @property {() => unknown} step What is timed: one frame converted, or one quantum captured.
 * @property {() => { snrDb: number, aliasDb?: number }} judge Measured on tones, by the same code that is timed.
 */

/** @param {number} rounds @returns {Promise<import('./frameTable.mjs').FrameGroup[]>} */
export async function measureFrames(rounds) {
  const dsp = await loadDsp();
  return [
    {
      title: `float32 to int16, ${FRAME_SAMPLES} samples`,
      unit: 'frame',
      rows: await measure(toInt16Paths(dsp), rounds),
    },
    {
      title: `int16 to float32, ${FRAME_SAMPLES} samples`,
      unit: 'frame',
      rows: await measure(toFloat32Paths(dsp), rounds),
    },
    {
      title: `Capture: ${QUANTUM_SAMPLES} samples at 48 kHz to 20 ms frames at 16 kHz`,
      unit: 'quantum',
      rows: await measure(capturePaths(dsp), rounds),
    },
  ];
}

/** @param {readonly FramePath[]} paths @param {number} rounds */
async function measure(paths, rounds) {
  const subjects = new Map(paths.map(({ name, step }) => [name, { time: async (calls) => time(step, calls) }]));
  const speeds = await timeInterleaved(subjects, rounds);
  return paths.map(({ name, judge }) => {
    const { nsPerBlock, spread } = speeds.get(name) ?? { nsPerBlock: Number.NaN, spread: Number.NaN };
    return { name, nsPerStep: nsPerBlock, spread, ...judge() };
  });
}

/** @param {() => unknown} step @param {number} calls */
function time(step, calls) {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) step();
  const { user, system } = process.cpuUsage(start);
  return { cpuNs: (user + system) * 1000, outputSamples: calls };
}

/** @param {import('@voicewire/dsp-wasm').Dsp} dsp @returns {FramePath[]} */
function toInt16Paths(dsp) {
  const frame = tone(997, FRAME_RATE, FRAME_SAMPLES);
  const output = new Int16Array(FRAME_SAMPLES);
  const dither = new TpdfDither();
  const kernel = openConverter(frame);
  const judgeBy = (/** @type {(input: Float32Array) => Int16Array} */ convert) => () => ({
    snrDb: snrDb(Float32Array.from(convert(tone(997, FRAME_RATE, 64_000)), (value) => value / 32_768)),
  });
  const ours = (/** @type {Float32Array} */ input) => dsp.float32ToInt16(input);
  return [
    { name: 'voicewire, copies and call', step: () => dsp.float32ToInt16(frame, output), judge: judgeBy(ours) },
    { name: 'voicewire, kernel alone', step: kernel.toInt16, judge: judgeBy(ours) },
    {
      name: 'voicewire, dithered, copies and call',
      step: () => dsp.float32ToInt16(frame, output, dither),
      judge: judgeBy((input) => dsp.float32ToInt16(input, undefined, new TpdfDither())),
    },
    {
      name: 'JS loop, truncating',
      step: () => truncateInJs(frame, output),
      judge: judgeBy((input) => truncateInJs(input, new Int16Array(input.length))),
    },
    {
      name: 'JS loop, rounding',
      step: () => roundInJs(frame, output),
      judge: judgeBy((input) => roundInJs(input, new Int16Array(input.length))),
    },
  ];
}

/** @param {import('@voicewire/dsp-wasm').Dsp} dsp @returns {FramePath[]} */
function toFloat32Paths(dsp) {
  const frame = dsp.float32ToInt16(tone(997, FRAME_RATE, FRAME_SAMPLES));
  const output = new Float32Array(FRAME_SAMPLES);
  const kernel = openConverter(tone(997, FRAME_RATE, FRAME_SAMPLES));
  const judgeBy = (/** @type {(input: Int16Array) => Float32Array} */ convert) => () => ({
    snrDb: snrDb(convert(dsp.float32ToInt16(tone(997, FRAME_RATE, 64_000)))),
  });
  const ours = (/** @type {Int16Array} */ input) => dsp.int16ToFloat32(input);
  return [
    { name: 'voicewire, copies and call', step: () => dsp.int16ToFloat32(frame, output), judge: judgeBy(ours) },
    { name: 'voicewire, kernel alone', step: kernel.toFloat32, judge: judgeBy(ours) },
    {
      name: 'JS loop',
      step: () => floatInJs(frame, output),
      judge: judgeBy((input) => floatInJs(input, new Float32Array(input.length))),
    },
  ];
}

/** @param {import('@voicewire/dsp-wasm').Dsp} dsp @returns {FramePath[]} */
function capturePaths(dsp) {
  const open = (/** @type {object} */ options, /** @type {(pcm: Int16Array) => void} */ onFrame) =>
    dsp.createCaptureChain({ inputSampleRate: DEVICE_RATE, onFrame, ...options });
  return [
    ourPath('voicewire without detector', (onFrame) => open({ vad: false }, onFrame)),
    ourPath('voicewire without detector, base64 by Buffer', (onFrame) =>
      open({ vad: false }, (pcm) => {
        Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
        onFrame(pcm);
      }),
    ),
    ourPath('voicewire without detector, dithered', (onFrame) => open({ vad: false, dither: 'tpdf' }, onFrame)),
    ourPath('voicewire with detector', (onFrame) => open({}, onFrame)),
    jsPath('JS: every third sample, new arrays, btoa', encodeInJs),
    jsPath('the same without base64', () => {}),
  ];
}

/** @param {string} name @param {(onFrame: (pcm: Int16Array) => void) => import('@voicewire/dsp-wasm').CaptureChain} open @returns {FramePath} */
function ourPath(name, open) {
  let frames = 0;
  const chain = open(() => void frames++);
  return pathOf(
    name,
    (block) => chain.process(block),
    (signal) => {
      /** @type {Int16Array[]} */
      const pcm = [];
      const judged = open((frame) => pcm.push(frame.slice()));
      for (const block of cut(signal)) judged.process(block);
      return pcm;
    },
  );
}

/** @param {string} name @param {(pcm: Int16Array) => unknown} encode @returns {FramePath} */
function jsPath(name, encode) {
  const process = makeJsCapture(encode);
  return pathOf(name, process, (signal) => {
    /** @type {Int16Array[]} */
    const pcm = [];
    const judged = makeJsCapture((frame) => pcm.push(frame));
    for (const block of cut(signal)) judged(block);
    return pcm;
  });
}

/** @param {string} name @param {(block: Float32Array) => unknown} process @param {(signal: Float32Array) => Int16Array[]} capture @returns {FramePath} */
function pathOf(name, process, capture) {
  const blocks = cut(tone(997, DEVICE_RATE, DEVICE_RATE));
  let next = 0;
  const steady = (/** @type {number} */ frequencyHz) =>
    Float32Array.from(
      capture(tone(frequencyHz, DEVICE_RATE, 2 * DEVICE_RATE)).flatMap((frame) => [...frame]),
      (value) => value / 32_768,
    ).subarray(FRAME_SAMPLES, FRAME_SAMPLES + 16_384);
  return {
    name,
    step() {
      const block = blocks[next];
      next = next + 1 === blocks.length ? 0 : next + 1;
      if (block !== undefined) process(block);
    },
    judge: () => ({
      snrDb: snrDb(steady(997)),
      aliasDb: findStrongestLine(steady(11_003), { sampleRate: FRAME_RATE, fromHz: 20 }).levelDb,
    }),
  };
}

/** What is often written: no filter, index by floor, new arrays for every block, a string for every frame. */
function makeJsCapture(/** @type {(pcm: Int16Array) => unknown} */ take) {
  let pending = new Int16Array(0);
  return (/** @type {Float32Array} */ block) => {
    const ratio = DEVICE_RATE / FRAME_RATE;
    const resampled = new Float32Array(Math.floor(block.length / ratio));
    for (let i = 0; i < resampled.length; i++) resampled[i] = block[Math.floor(i * ratio)] ?? 0;
    const joined = new Int16Array(pending.length + resampled.length);
    joined.set(pending);
    joined.set(truncateInJs(resampled, new Int16Array(resampled.length)), pending.length);
    pending = joined;
    if (pending.length < FRAME_SAMPLES) return;
    take(pending.slice(0, FRAME_SAMPLES));
    pending = pending.slice(FRAME_SAMPLES);
  };
}

/** @param {Int16Array} pcm */
function encodeInJs(pcm) {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  let binary = '';
  for (let i = 0; i < bytes.length; i++) binary += String.fromCharCode(bytes[i] ?? 0);
  return btoa(binary);
}

/** @param {Float32Array} input @param {Int16Array} output */
function truncateInJs(input, output) {
  for (let i = 0; i < input.length; i++) {
    const sample = Math.max(-1, Math.min(1, input[i] ?? 0));
    output[i] = sample < 0 ? sample * 0x8000 : sample * 0x7fff;
  }
  return output;
}

/** @param {Float32Array} input @param {Int16Array} output */
function roundInJs(input, output) {
  for (let i = 0; i < input.length; i++) {
    output[i] = Math.max(-32_768, Math.min(32_767, Math.round((input[i] ?? 0) * 32_768)));
  }
  return output;
}

/** @param {Int16Array} input @param {Float32Array} output */
function floatInJs(input, output) {
  for (let i = 0; i < input.length; i++) output[i] = (input[i] ?? 0) / 32_768;
  return output;
}

/** The kernels alone, over a frame that is in their memory already. @param {Float32Array} frame */
function openConverter(frame) {
  const map = new MemoryMap();
  const floats = map.reserve(FRAME_SAMPLES * 4);
  const integers = map.reserve(FRAME_SAMPLES * 2);
  const { kernels, buffer } = openStage(compileSync(wasmBytes()), map);
  new Float32Array(buffer, floats, FRAME_SAMPLES).set(frame);
  return {
    toInt16: () => kernels.float32ToInt16(floats, integers, FRAME_SAMPLES),
    toFloat32: () => kernels.int16ToFloat32(integers, floats, FRAME_SAMPLES),
  };
}

/** -1 dBFS. @param {number} frequencyHz @param {number} sampleRate @param {number} sampleCount */
function tone(frequencyHz, sampleRate, sampleCount) {
  return makeTone({ frequencyHz, sampleRate, sampleCount, amplitudeRatio: 10 ** (-1 / 20) });
}

/** @param {Float32Array} samples */
function snrDb(samples) {
  return fitSine(samples, 997, FRAME_RATE).snrDb;
}

/** @param {Float32Array} signal */
function cut(signal) {
  const count = Math.floor(signal.length / QUANTUM_SAMPLES);
  return Array.from({ length: count }, (_, i) => signal.subarray(i * QUANTUM_SAMPLES, (i + 1) * QUANTUM_SAMPLES));
}
