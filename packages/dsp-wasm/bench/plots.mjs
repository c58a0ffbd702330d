// This file draws what converters do to sound, measured on their output: `node bench/plots.mjs`, and in every benchmark.
import { loadDsp } from '@voicewire/dsp-wasm';
import { findStrongestLine, fitSine, makeImpulse, makeTone, measureToneDb } from '@voicewire/testkit';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderChart } from './chart.mjs';
import { SUBJECTS } from './subjects.mjs';

/** Capture, as most devices have it. */
const FROM = 48_000;
const TO = 16_000;
const NYQUIST_HZ = TO / 2;
const QUALITIES = /** @type {const} */ (['low-latency', 'balanced', 'best']);
const ANALYSED_SAMPLES = 4096;
/** Samples at the output rate, longer than any run-in here. */
const RUN_IN_SAMPLES = 2000;
const FLOOR_DB = -160;
/** Promised for `balanced`. */
const LIMIT = {
  name: 'promised for balanced',
  colour: '#8a8a8a',
  dashed: true,
  points: [point((1.125 * NYQUIST_HZ) / 1000, -100), point(FROM / 2000, -100)],
};
/** Of several builds of one library the one for the web, as the native one draws the same line. */
const PLOTTED_RIVALS = new Set([
  'libsamplerate-js MEDIUM',
  'speex-resampler q7',
  '@echogarden speex simd q7',
  'native soxr-voice',
]);

/** @param {string} docs Folder that the pictures are written to, ending in a slash. */
export async function drawPlots(docs) {
  const dsp = await loadDsp();
  const ours = QUALITIES.filter((quality) => has(dsp, quality));
  writeFileSync(`${docs}frequencyResponse.svg`, frequencyResponse(dsp, ours));
  writeFileSync(`${docs}impulseResponse.svg`, impulseResponse(dsp, ours));
  writeFileSync(`${docs}aliasSweep.svg`, await aliasSweep(dsp, ours));
}

/** @typedef {import('@voicewire/dsp-wasm').Dsp} Dsp @typedef {import('@voicewire/dsp-wasm').ResamplerQuality} Quality */

/** @param {Dsp} dsp @param {Quality} quality */
function has(dsp, quality) {
  try {
    open(dsp, quality).dispose();
    return true;
  } catch {
    return false;
  }
}

/** @param {Dsp} dsp @param {Quality} quality */
function open(dsp, quality) {
  return dsp.createResampler({ inputSampleRate: FROM, outputSampleRate: TO, quality, maxInputSamples: 2 ** 17 });
}

/** The steady part of a full-scale tone after conversion. @param {Dsp} dsp @param {Quality} quality @param {number} frequencyHz */
function convertTone(dsp, quality, frequencyHz) {
  const resampler = open(dsp, quality);
  const output = resampler.process(toneOf(frequencyHz)).slice(RUN_IN_SAMPLES, RUN_IN_SAMPLES + ANALYSED_SAMPLES);
  resampler.dispose();
  return output;
}

/** @param {number} frequencyHz */
function toneOf(frequencyHz) {
  const sampleCount = Math.ceil(((2 * RUN_IN_SAMPLES + ANALYSED_SAMPLES) * FROM) / TO);
  return makeTone({ frequencyHz, sampleRate: FROM, sampleCount });
}

/** Level at which a tone comes out, at its own frequency or the one that it folds to. @param {Dsp} dsp @param {readonly Quality[]} qualities */
function frequencyResponse(dsp, qualities) {
  const levels = qualities.map((name) => ({
    name,
    points: spreadHz(20, FROM / 2, 320).map((hz) => {
      const folded = Math.abs(hz - TO * Math.round(hz / TO));
      return point(hz / 1000, measureToneDb(convertTone(dsp, name, hz), folded, TO));
    }),
  }));
  const ripple = qualities.map((name) => ({
    name,
    points: spreadHz(20, 0.95 * NYQUIST_HZ, 120).map((hz) =>
      point(hz / 1000, 20 * Math.log10(fitSine(convertTone(dsp, name, hz), hz, TO).amplitudeRatio)),
    ),
  }));
  return renderChart({
    title: 'Frequency response, 48 to 16 kHz: the level at which a full-scale tone comes out',
    x: { label: 'tone, kHz (above 8 kHz: what folds back)', from: 0, to: 24, step: 2 },
    y: { label: 'level, dBFS', from: FLOOR_DB, to: 0, step: 20 },
    series: [...levels, LIMIT],
    inset: {
      title: 'Pass band, dB (promised: ±0.01)',
      x: { label: '', from: 0, to: 8, step: 2 },
      y: { label: '', from: -0.012, to: 0.012, step: 0.004 },
      series: ripple,
      box: { x: 0.54, y: 0.12, width: 0.42, height: 0.38 },
    },
  });
}

/** @param {Dsp} dsp @param {readonly Quality[]} qualities */
async function aliasSweep(dsp, qualities) {
  const frequencies = spreadHz(0.02 * NYQUIST_HZ, FROM / 2, 96);
  /** @type {import('./chart.mjs').Series[]} */
  const series = qualities.map((name) => ({
    name: `voicewire ${name}`,
    points: frequencies.map((hz) => point(hz / 1000, strongestUnwantedDb(convertTone(dsp, name, hz), hz))),
  }));
  for (const { name, open: openSubject } of SUBJECTS.filter((subject) => PLOTTED_RIVALS.has(subject.name))) {
    const subject = await openSubject(FROM, TO).catch(() => null);
    if (subject === null) continue;
    const points = [];
    for (const hz of frequencies) {
      const { output } = await subject.convert(toneOf(hz));
      points.push(
        point(hz / 1000, strongestUnwantedDb(output.subarray(RUN_IN_SAMPLES).subarray(0, ANALYSED_SAMPLES), hz)),
      );
    }
    subject.close();
    series.push({ name, points, dashed: true });
  }
  const decimated = frequencies.map((hz) =>
    point(
      hz / 1000,
      strongestUnwantedDb(
        toneOf(hz)
          .filter((_, n) => n % 3 === 0)
          .subarray(RUN_IN_SAMPLES)
          .subarray(0, ANALYSED_SAMPLES),
        hz,
      ),
    ),
  );
  series.push({ name: 'every third sample', points: decimated, dashed: true, colour: '#b58900' });
  return renderChart({
    title: 'Aliases, 48 to 16 kHz: the strongest line that a full-scale tone should not leave',
    x: { label: 'tone, kHz', from: 0, to: 24, step: 2 },
    y: { label: 'level, dBFS', from: FLOOR_DB, to: 5, step: 20 },
    series: [...series, LIMIT],
  });
}

/** The strongest line but for the tone itself. @param {Float32Array} output @param {number} frequencyHz */
function strongestUnwantedDb(output, frequencyHz) {
  const ignoreHz = frequencyHz < NYQUIST_HZ ? [frequencyHz] : [];
  return findStrongestLine(output, { sampleRate: TO, ignoreHz }).levelDb;
}

/** At the input rate: impulses at three places give the samples between the output's. @param {Dsp} dsp @param {readonly Quality[]} qualities */
function impulseResponse(dsp, qualities) {
  const step = FROM / TO;
  const series = qualities.map((name) => {
    const resampler = open(dsp, name);
    const response = Array.from({ length: 250 }, () => 0);
    for (let place = 0; place < step; place++) {
      resampler.reset();
      const output = resampler.process(makeImpulse(response.length + step, place));
      for (let n = 0; n * step - place < response.length; n++) {
        if (n * step >= place) response[n * step - place] = (output[n] ?? 0) * step;
      }
    }
    return { name, points: response.map((value, n) => point((n * 1000) / FROM, value)) };
  });
  const delayMs = qualities.map((name) => open(dsp, name).groupDelayMs);
  return renderChart({
    title: 'Impulse response, 48 to 16 kHz; dotted: the delay that the API reports',
    x: { label: 'after the impulse, ms', from: 0, to: 5, step: 0.5 },
    y: { label: 'response, 1 = one input sample', from: -0.4, to: 1.2, step: 0.2 },
    series: series.map((line, index) => ({ ...line, name: `${line.name}: ${(delayMs[index] ?? 0).toFixed(2)} ms` })),
    marks: delayMs.map((at, index) => ({ at, series: index })),
  });
}

/** @param {number} x @param {number} y @returns {[number, number]} */
function point(x, y) {
  return [x, y];
}

/** `count` frequencies from `startHz` to below `endHz`, none a divisor of a rate. @param {number} startHz @param {number} endHz @param {number} count */
function spreadHz(startHz, endHz, count) {
  return Array.from({ length: count }, (_, i) => startHz + ((endHz - startHz - 7) * i) / (count - 1) + Math.PI);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await drawPlots(fileURLToPath(new URL('../docs/', import.meta.url)));
  process.exit(0);
}
