// This file times detectors against each other: CPU time per second of 16 kHz int16 speech-like noise, copies and calls included.
import loadFvad from '@echogarden/fvad-wasm';
import { loadDsp } from '@voicewire/dsp-wasm';
import { median } from './speed.mjs';

const SAMPLE_RATE = 16_000;
const HOP_SAMPLES = 320;
const HOPS = 500;
/** Passes over the ten seconds in a turn: some 20 ms of CPU time, long against the clock's microsecond. */
const PASSES = 12;
const FVAD_MODES = [0, 1, 2, 3];

/**
 * @param {number} rounds
 * @returns {Promise<{ name: string, microsecondsPerSecond: number, ratio: number }[]>} Medians over the rounds; `ratio` is
 *   over libfvad in mode 2.
 */
export async function timeVads(rounds) {
  const hops = makeHops();
  const subjects = [await openOurs(), ...(await Promise.all(FVAD_MODES.map(openFvad)))];
  /** @type {Map<string, number[]>} */
  const turns = new Map(subjects.map(({ name }) => [name, []]));
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round++) {
    for (const { name, process: judge } of subjects) {
      const start = process.cpuUsage();
      for (let pass = 0; pass < PASSES; pass++) for (const hop of hops) judge(hop);
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) turns.get(name)?.push((user + system) / ((PASSES * HOPS * HOP_SAMPLES) / SAMPLE_RATE));
    }
  }
  const medians = new Map([...turns].map(([name, taken]) => [name, median(taken)]));
  const reference = medians.get('libfvad mode 2') ?? Number.NaN;
  return [...medians].map(([name, microsecondsPerSecond]) => {
    return { name, microsecondsPerSecond, ratio: microsecondsPerSecond / reference };
  });
}

async function openOurs() {
  const vad = (await loadDsp()).createVad({ sampleRate: SAMPLE_RATE });
  return { name: 'voicewire', process: (/** @type {Int16Array} */ hop) => vad.process(hop) };
}

/** @param {number} mode */
async function openFvad(mode) {
  const fvad = await loadFvad();
  const state = fvad._fvad_new();
  fvad._fvad_set_sample_rate(state, SAMPLE_RATE);
  fvad._fvad_set_mode(state, mode);
  const at = fvad._malloc(HOP_SAMPLES * 2);
  return {
    name: `libfvad mode ${mode}`,
    process: (/** @type {Int16Array} */ hop) => {
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
