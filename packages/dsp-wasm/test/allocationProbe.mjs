// This file measures, in a process of its own started with --expose-gc, how many bytes of JS heap one quantum costs.
//
// Garbage counts: nothing is collected between the two readings. Prints one JSON object: { [stage]: bytesPerQuantum }.
import { loadDsp } from '../dist/index.js';

const WARM_UP_QUANTA = 50_000;
const MEASURED_QUANTA = 100_000;
const BATCHES = 5;

const dsp = await loadDsp();
const quantum = Float32Array.from({ length: 128 }, (_, n) => 0.5 * Math.sin(n / 5));
const integers = dsp.float32ToInt16(quantum);
/** Reads go into typed arrays: a number in a plain field may itself be allocated. */
const sums = new Float64Array(2);

/** A listener as a worklet has one: it reads everything and keeps nothing. */
function onFrame(pcm, firstSampleIndex, rmsDb, peakDb, speechScore) {
  sums[1] += 1;
  sums[0] += pcm[0] + firstSampleIndex + rmsDb + peakDb + speechScore;
}

const chain = (inputSampleRate) => {
  const stage = dsp.createCaptureChain({ inputSampleRate, onFrame });
  return () => stage.process(quantum);
};
const resampler = (inputSampleRate, outputSampleRate) => {
  const stage = dsp.createResampler({ inputSampleRate, outputSampleRate });
  return () => void (sums[0] += stage.process(quantum).length);
};
const vad = dsp.createVad({ sampleRate: 16_000 });

const bytesPerQuantum = {
  'nothing (floor of the method)': measure(() => void (sums[0] += quantum.length)),
  'capture chain 48000': measure(chain(48_000)),
  'capture chain 44100': measure(chain(44_100)),
  'resampler 16000 to 48000': measure(resampler(16_000, 48_000)),
  'resampler 16000 to 44100': measure(resampler(16_000, 44_100)),
  'detector, int16': measure(() => void (sums[0] += vad.process(integers))),
  'an array per quantum (must show)': measure(() => void (sums[0] += new Float32Array(1).length)),
};
process.stdout.write(`${JSON.stringify({ frames: sums[1], bytesPerQuantum })}\n`);

function measure(step) {
  for (let i = 0; i < WARM_UP_QUANTA; i++) step();
  const batches = Array.from({ length: BATCHES }, () => measureBatch(step));
  // The compiler works in the background and its own objects land on the same heap, now and then: hence the median.
  return batches.sort((a, b) => a - b)[BATCHES >> 1];
}

function measureBatch(step) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < MEASURED_QUANTA; i++) step();
  return (process.memoryUsage().heapUsed - before) / MEASURED_QUANTA;
}
