// This file times the player's stages: CPU time per 20 ms of audio in quanta of 128, copies and calls included.
import { createDsp } from '@voicewire/dsp-wasm/sync';
import { scalarWasmBytes } from '@voicewire/dsp-wasm/fallback';
import { wasmBytes } from '@voicewire/dsp-wasm/wasm';
import { median } from './speed.mjs';

const BLOCK_SAMPLES = 128;
const SAMPLE_RATES = [24_000, 48_000];
const SECONDS = 4;
/** Of 20 ms, in a turn. */
const FRAMES = SECONDS * 50;
const GAP_FRAMES = 10;

/**
 * @typedef {{ name: string, sampleRate: number, microsecondsPerFrame: number, withoutSimd: number }} PlayerCost
 *
 * @param {number} rounds
 * @returns {Promise<PlayerCost[]>} Medians over the rounds.
 */
export async function timePlayer(rounds) {
  const [simd, scalar] = [createDsp(wasmBytes()), createDsp(scalarWasmBytes())];
  /** @type {{ name: string, sampleRate: number, runs: (() => number)[], turns: number[][] }[]} */
  const subjects = [];
  for (const sampleRate of SAMPLE_RATES) {
    const opened = [simd, scalar].map((dsp) => openAll(dsp, sampleRate));
    for (const name of Object.keys(opened[0] ?? {})) {
      const runs = opened.map((stages) => stages[name] ?? (() => 0));
      subjects.push({ name, sampleRate, runs, turns: [[], []] });
    }
  }
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round++) {
    for (const { runs, turns } of subjects) {
      for (const [i, run] of runs.entries()) {
        const start = process.cpuUsage();
        const frames = run();
        const { user, system } = process.cpuUsage(start);
        if (round >= 0) turns[i]?.push((user + system) / frames);
      }
    }
  }
  return subjects.map(({ name, sampleRate, turns }) => {
    const [microsecondsPerFrame = Number.NaN, withoutSimd = Number.NaN] = turns.map(median);
    return { name, sampleRate, microsecondsPerFrame, withoutSimd };
  });
}

/**
 * Each runs once, and says how many times 20 ms, or what else its name says, that was.
 *
 * @param {import('@voicewire/dsp-wasm').Dsp} dsp @param {number} sampleRate
 * @returns {Record<string, () => number>}
 */
function openAll(dsp, sampleRate) {
  const voice = makeVoice(sampleRate);
  const blocks = cut(voice, BLOCK_SAMPLES);
  const frames = cut(voice, sampleRate / 50);
  const options = { sampleRate, maxInputSamples: 4096 };
  const stretchBy = (/** @type {number} */ ratio) => {
    const stage = dsp.createTimeStretch({ ...options, ratio });
    return () => {
      for (const block of blocks) stage.process(block);
      return FRAMES;
    };
  };
  const gain = dsp.createGain(options);
  const concealer = dsp.createConcealer(options);
  const joining = dsp.createTimeStretch({ ...options, ratio: 0.85 });
  return {
    'time-stretch, ratio 1': stretchBy(1),
    'time-stretch, ratio 0.97': stretchBy(0.97),
    'time-stretch, ratio 0.85': stretchBy(0.85),
    'time-stretch, ratio 1.15': stretchBy(1.15),
    'concealer, nothing missing': () => {
      for (const block of blocks) concealer.process(block);
      return FRAMES;
    },
    'concealer, 20 ms missing of 40, search included': () => {
      for (let i = 0; i + 1 < GAP_FRAMES * 2; i += 2) {
        concealer.process(frames[i]);
        concealer.conceal(sampleRate / 50);
      }
      return GAP_FRAMES;
    },
    'gain, ramping half of the time': () => {
      for (const [i, block] of blocks.entries()) {
        if (i % 16 === 0) gain.rampTo(i % 32 === 0 ? 0.5 : 1, (8 * BLOCK_SAMPLES * 1000) / sampleRate);
        gain.process(block);
      }
      return FRAMES;
    },
    'one join, search and cross-fade': () => {
      joining.reset();
      let joins = 0;
      let removed = 0;
      for (const block of blocks) {
        joining.process(block);
        if (joining.removedSamples !== removed) joins += 1;
        removed = joining.removedSamples;
      }
      return joins;
    },
  };
}

/** Harmonics of 120 Hz and a little noise, swelling four times a second as speech does. @param {number} sampleRate */
function makeVoice(sampleRate) {
  return Float32Array.from({ length: SECONDS * sampleRate }, (_, n) => {
    const t = n / sampleRate;
    let sum = 0;
    for (let k = 1; k <= 20; k++) sum += Math.sin(2 * Math.PI * 120 * k * t + k) / k;
    const noise = ((n * 16_807) % 65_537) / 65_537 - 0.5;
    return 0.15 * (1 + Math.sin(8 * Math.PI * t)) * sum + 0.01 * noise;
  });
}

/** @param {Float32Array} signal @param {number} length */
function cut(signal, length) {
  return Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
    signal.slice(i * length, (i + 1) * length),
  );
}
