// This file times the neural detector quantum by quantum, as an audio thread meets it, and writes docs/neuralQuanta.md:
// `node bench/neuralQuanta.mjs`, after a build.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { loadDsp } from '@voicewire/dsp-wasm';
import { createNeuralVad } from '@voicewire/dsp-wasm/neural-vad';

const SAMPLE_RATE = 48_000;
const QUANTUM_SAMPLES = 128;
const WARM_UP_QUANTA = 3000;
const QUANTA = 12_000;
/** Quanta in a turn: 100 ms, so that whoever else uses the machine meets all alike. */
const TURN_QUANTA = 37;
const SPREADS_MS = [0, 8, 16, 32];

const quantum = Float32Array.from({ length: QUANTUM_SAMPLES }, (_, n) => 0.3 * Math.sin(n / 5));
const resampler = (await loadDsp()).createResampler({ inputSampleRate: SAMPLE_RATE, outputSampleRate: 16_000 });
/** @type {{ title: string, step: () => unknown, taken: number[] }[]} */
const subjects = [{ title: 'resampling alone', step: () => resampler.process(quantum), taken: [] }];
for (const spreadMs of SPREADS_MS) {
  const vad = await createNeuralVad({ sampleRate: SAMPLE_RATE, spreadMs });
  const title = spreadMs === 0 ? 'all at once' : `spread over ${spreadMs} ms`;
  subjects.push({ title, step: () => vad.process(quantum), taken: [] });
}
for (let n = 0; n < WARM_UP_QUANTA; n++) for (const { step } of subjects) step();
for (let done = 0; done < QUANTA; done += TURN_QUANTA) {
  for (const { step, taken } of subjects) {
    for (let n = 0; n < TURN_QUANTA; n++) {
      const start = process.hrtime.bigint();
      step();
      taken.push(Number(process.hrtime.bigint() - start) / 1000);
    }
  }
}

const rows = subjects.map(({ title, taken }) => {
  const sorted = [...taken].sort((a, b) => a - b);
  const at = (/** @type {number} */ ratio) =>
    (sorted[Math.floor(ratio * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  const mean = (taken.reduce((sum, value) => sum + value, 0) / taken.length).toFixed(1);
  return `| ${[title, at(0.5), at(0.9), at(0.95), at(0.99), at(0.999), at(1), mean].join(' | ')} |`;
});
const lines = [
  '# The neural detector, quantum by quantum',
  '',
  '<!-- Written by bench/neuralQuanta.mjs: change it there. -->',
  '',
  `Microseconds of wall time per quantum of ${QUANTUM_SAMPLES} samples at ${SAMPLE_RATE} Hz (one lasts 2667), resampling included; ${QUANTA} quanta each, in turns of`,
  `${TURN_QUANTA}. ${cpus()[0]?.model ?? 'Unknown CPU'}, Node ${process.versions.node}, load ${(loadavg()[0] ?? Number.NaN).toFixed(0)}: the largest values are other programs'.`,
  '',
  '| work on a hop | median | p90 | p95 | p99 | p99.9 | max | mean |',
  '| --- | --: | --: | --: | --: | --: | --: | --: |',
  ...rows,
  '',
].join('\n');
writeFileSync(new URL('../docs/neuralQuanta.md', import.meta.url), lines);
process.stdout.write(lines);
