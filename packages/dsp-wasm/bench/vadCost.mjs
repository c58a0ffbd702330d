// This file times detectors against each other: CPU time per second of 16 kHz int16 speech-like noise, copies and calls included.
//
// The networks take hops of 512 samples, whose microseconds are given as well; each runs on one thread.
import loadFvad from '@echogarden/fvad-wasm';
import { loadDsp } from '@voicewire/dsp-wasm';
import { createNeuralVad } from '@voicewire/dsp-wasm/neural-vad';
import { openNodeRuntime, openVadWeb } from './onnxRuntime.mjs';
import { median } from './speed.mjs';

const SAMPLE_RATE = 16_000;
const HOP_SAMPLES = 320;
const HOPS = 500;
/** Passes over the ten seconds in a turn: some 20 ms of CPU time, long against the clock's microsecond. */
const PASSES = 12;
/** Networks take a hundred times as long. */
const NETWORK_PASSES = 2;
const NETWORK_HOP_SAMPLES = 512;
const FVAD_MODES = [0, 1, 2, 3];

/**
 * @typedef {{ name: string, process(hop: Int16Array): unknown, passes: number }} Subject
 * @typedef {{ name: string, microsecondsPerSecond: number, microsecondsPerHop?: number, ratio: number }} Cost
 */

/**
 * @param {number} rounds
 * @returns {Promise<Cost[]>} Medians over the rounds; `ratio` is over libfvad in mode 2.
 */
export async function timeVads(rounds) {
  const hops = makeHops();
  const networks = await Promise.all([
    openNeural(),
    openNeural(16),
    openNodeRuntime().then(asSubject),
    openVadWeb().then(asSubject),
  ]);
  const subjects = [await openOurs(), ...(await Promise.all(FVAD_MODES.map(openFvad))), ...networks];
  /** @type {Map<Subject, number[]>} */
  const turns = new Map(subjects.map((subject) => [subject, []]));
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round++) {
    for (const subject of subjects) {
      const microseconds = await timeTurn(subject, hops);
      if (round >= 0) turns.get(subject)?.push(microseconds);
    }
  }
  const reference = median([...turns].find(([{ name }]) => name === 'libfvad mode 2')?.[1] ?? []);
  return [...turns].map(([subject, taken]) => {
    const microsecondsPerSecond = median(taken);
    const perHop = { microsecondsPerHop: (microsecondsPerSecond * NETWORK_HOP_SAMPLES) / SAMPLE_RATE };
    return {
      name: subject.name,
      microsecondsPerSecond,
      ...(networks.includes(subject) ? perHop : {}),
      ratio: microsecondsPerSecond / reference,
    };
  });
}

/** CPU time per second of audio. @param {Subject} subject @param {readonly Int16Array[]} hops */
async function timeTurn(subject, hops) {
  const start = process.cpuUsage();
  for (let pass = 0; pass < subject.passes; pass++) {
    for (const hop of hops) {
      const answer = subject.process(hop);
      if (answer instanceof Promise) await answer;
    }
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / ((subject.passes * HOPS * HOP_SAMPLES) / SAMPLE_RATE);
}

/** @param {number} [spreadMs] @returns {Promise<Subject>} */
async function openNeural(spreadMs = 0) {
  const vad = await createNeuralVad({ sampleRate: SAMPLE_RATE, spreadMs });
  const name = spreadMs === 0 ? 'voicewire neural' : `voicewire neural, spread over ${spreadMs} ms`;
  return { name, process: (hop) => vad.process(hop), passes: NETWORK_PASSES };
}

/** Gathers hops of 512. @param {import('./onnxRuntime.mjs').Judge} judge @returns {Subject} */
function asSubject(judge) {
  const gathered = new Float32Array(NETWORK_HOP_SAMPLES);
  let count = 0;
  return {
    name: judge.name,
    passes: NETWORK_PASSES,
    process(hop) {
      let answer;
      for (const sample of hop) {
        gathered[count++] = sample / 32_768;
        if (count === NETWORK_HOP_SAMPLES) answer = judge.hear(gathered.slice());
        if (count === NETWORK_HOP_SAMPLES) count = 0;
      }
      return answer;
    },
  };
}

/** @returns {Promise<Subject>} */
async function openOurs() {
  const vad = (await loadDsp()).createVad({ sampleRate: SAMPLE_RATE });
  return { name: 'voicewire', process: (hop) => vad.process(hop), passes: PASSES };
}

/** @param {number} mode @returns {Promise<Subject>} */
async function openFvad(mode) {
  const fvad = await loadFvad();
  const state = fvad._fvad_new();
  fvad._fvad_set_sample_rate(state, SAMPLE_RATE);
  fvad._fvad_set_mode(state, mode);
  const at = fvad._malloc(HOP_SAMPLES * 2);
  return {
    name: `libfvad mode ${mode}`,
    passes: PASSES,
    process: (hop) => {
      fvad.HEAP16.set(hop, at >> 1);
      return fvad._fvad_process(state, at, HOP_SAMPLES);
    },
  };
}

/** Harmonics of 130 Hz in noise, swelling four times a second as speech does: everyone has something to judge. */
function makeHops() {
  const samples = Int16Array.from({ length: HOPS * HOP_SAMPLES }, (_, n) => {
    const t = n / SAMPLE_RATE;
    const voice = [1, 2, 3, 4, 5].reduce((sum, k) => sum + Math.sin(2 * Math.PI * 130 * k * t) / k, 0);
    const noise = ((n * 16_807) % 65_537) / 65_537 - 0.5;
    return 6000 * Math.max(0, Math.sin(2 * Math.PI * 4 * t)) * voice + 300 * noise;
  });
  return Array.from({ length: HOPS }, (_, t) => samples.subarray(t * HOP_SAMPLES, (t + 1) * HOP_SAMPLES));
}
