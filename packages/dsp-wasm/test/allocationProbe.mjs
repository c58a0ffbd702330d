// This file measures, in a process of its own started with --expose-gc, how many bytes of JS heap one quantum costs.
//
// Garbage counts: nothing is collected between the two readings. Prints one JSON object.
import { compileFunction } from 'node:vm';
import { loadDsp } from '../dist/index.js';
import { createNeuralVad } from '../dist/neuralVad.js';

const SETTLING_BATCHES = 10;
const MEASURED_QUANTA = 100_000;
const BATCHES = 3;

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

/** A listener too large for V8 to inline: some 300 statements over everything in a frame. */
const onMeasuredFrame = compileFunction(
  `return ({ pcm, firstSampleIndex, rmsDb, peakDb, speechScore }) => {
     sums[1] += 1;
     ${Array.from({ length: 100 }, (_, n) => `if (pcm[${n}] > sums[0]) sums[0] -= firstSampleIndex + rmsDb * ${n};`).join('\n')}
     ${Array.from({ length: 100 }, (_, n) => `sums[0] += pcm[${n}] * peakDb + speechScore * ${n};`).join('\n')}
   };`,
  ['sums'],
)(sums);

const chain = (inputSampleRate) => {
  const stage = dsp.createCaptureChain({ inputSampleRate, onFrame });
  return () => stage.process(quantum);
};
const opened = [];
const largeChain = (options, blocks = [quantum]) => {
  const stage = dsp.createCaptureChain({ ...options, onMeasuredFrame });
  opened.push({ chain: stage, buffer: stage.stage.buffer, bytes: stage.stage.buffer.byteLength });
  let next = 0;
  return () => {
    stage.process(blocks[next]);
    next = next + 1 === blocks.length ? 0 : next + 1;
  };
};
const oddBlocks = [1, 127, 64, 129, 320, 0, 255].map((length) => new Float32Array(512).fill(0.1).subarray(0, length));
const resampler = (inputSampleRate, outputSampleRate) => {
  const stage = dsp.createResampler({ inputSampleRate, outputSampleRate });
  return () => void (sums[0] += stage.process(quantum).length);
};
let calls = 0;
const kept = [null];
const vad = dsp.createVad({ sampleRate: 16_000 });
const stretch = (ratio) => {
  const stage = dsp.createTimeStretch({ sampleRate: 16_000, ratio });
  return () => void (sums[0] += stage.process(quantum).length);
};
const concealer = dsp.createConcealer({ sampleRate: 16_000 });
const gain = dsp.createGain({ sampleRate: 48_000 });
const neural = await createNeuralVad({ sampleRate: 48_000, spreadMs: 16 });

const bytesPerQuantum = {
  'capture chain 48000': measure(chain(48_000)),
  'capture chain 44100': measure(chain(44_100)),
  ...Object.fromEntries(
    [10, 20, 30, 40, 60].map((frameMs) => [
      `capture chain 44100, ${frameMs} ms, large listener`,
      measure(largeChain({ inputSampleRate: 44_100, frameMs })),
    ]),
  ),
  'capture chain 48000, dithered, odd quanta, large listener': measure(
    largeChain({ inputSampleRate: 48_000, dither: 'tpdf' }, oddBlocks),
  ),
  'resampler 16000 to 48000': measure(resampler(16_000, 48_000)),
  'resampler 16000 to 44100': measure(resampler(16_000, 44_100)),
  'detector, int16': measure(() => void (sums[0] += vad.process(integers))),
  'stretch to 0.87': measure(stretch(0.87)),
  'stretch to 1.13': measure(stretch(1.13)),
  'concealment of every 32nd quantum': measure(concealNowAndThen),
  'a ramp of gain': measure(() => {
    calls = (calls + 1) & 7;
    if (calls === 0) gain.rampTo(0.5, 20);
    sums[0] += gain.process(quantum)[0];
  }),
  'neural detector 48000': measure(() => void (sums[0] += neural.process(quantum))),
  'an object per 8 quanta (must show)': measure(allocateNowAndThen),
};
// A memory that grew would have left its first buffer detached, with a length of 0.
const hasGrown = opened.map(
  ({ chain: { stage }, buffer, bytes }) => stage.buffer !== buffer || buffer.byteLength !== bytes,
);
process.stdout.write(`${JSON.stringify({ frames: sums[1], hasGrown, bytesPerQuantum })}\n`);

/** As little garbage as one small object per frame would be: the method must see it. */
function allocateNowAndThen() {
  calls = (calls + 1) & 7;
  if (calls === 0) kept[0] = { calls };
}

function concealNowAndThen() {
  calls = (calls + 1) & 31;
  const block = calls === 0 ? concealer.conceal(128) : concealer.process(quantum);
  sums[0] += block[0];
}

function measure(step) {
  // Collections make V8 drop and recompile code, whose objects lie on the same heap: some 100 kB now and then, however
  // many quanta run. It has settled after a few; the median is over what then remains.
  for (let i = 0; i < SETTLING_BATCHES; i++) measureBatch(step, MEASURED_QUANTA / 5);
  const batches = Array.from({ length: BATCHES }, () => measureBatch(step, MEASURED_QUANTA));
  return batches.sort((a, b) => a - b)[BATCHES >> 1];
}

function measureBatch(step, quanta) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  runQuanta(step, quanta);
  return (process.memoryUsage().heapUsed - before) / quanta;
}

function runQuanta(step, quanta) {
  for (let i = 0; i < quanta; i++) step();
}
