// This file drives the audio-thread stages with a stub port and prints the heap bytes they allocate per quantum. Run it
// with --expose-gc, and with --min- and --max-semi-space-size so large that nothing is collected in between: garbage counts too.
import { loadDsp } from '@voicewire/dsp-wasm';
import { loadNeuralVadAssets } from '@voicewire/dsp-wasm/neural-vad';
import { openNeuralVad } from '@voicewire/dsp-wasm/neural-vad/sync';
import { CaptureStage } from '../../dist/worklet/captureStage.js';
import { PlayoutStage } from '../../dist/worklet/playoutStage.js';

const QUANTUM = 128;
const SAMPLE_RATE = 48_000;
const WARM_UP_QUANTA = 20_000;
const QUANTA = 100_000;
const ROUNDS = 15;

const dsp = await loadDsp();
let posted = 0;
const post = () => {
  posted += 1;
};
const block = Float32Array.from({ length: QUANTUM }, (_, i) => Math.sin(i / 10) / 2);

function captureRun(detector = null) {
  const stage = new CaptureStage(dsp, SAMPLE_RATE, QUANTUM, post, detector);
  let frame = 0;
  return () => {
    stage.process(block, frame);
    frame += QUANTUM;
  };
}

function playoutRun(isWasteful) {
  const stage = new PlayoutStage(dsp, 16_000, SAMPLE_RATE, post);
  const output = new Float32Array(QUANTUM);
  const write = { type: 'write', pcm: new Int16Array(320).fill(9_000) };
  let waste = null;
  let frame = 0;
  return () => {
    // 20 ms of agent audio every 20 ms: 960 output frames are 7.5 quanta.
    if (frame % 960 < QUANTUM) stage.command(write);
    stage.pull(output, frame);
    frame += QUANTUM;
    if (isWasteful) waste = { frame, before: waste?.frame };
  };
}

// The least of several rounds: the engine's own compiling and re-optimising allocates now and then, the code in every round.
function bytesPerQuantum(step, rounds = ROUNDS) {
  for (let i = 0; i < WARM_UP_QUANTA; i++) step();
  const measured = Array.from({ length: rounds }, () => {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < QUANTA; i++) step();
    return (process.memoryUsage().heapUsed - before) / QUANTA;
  });
  return Math.min(...measured);
}

const neuralVad = openNeuralVad(await loadNeuralVadAssets(), { sampleRate: 16_000 }).stage;
const runs = {
  capture: captureRun(),
  playout: playoutRun(false),
  wasteful: playoutRun(true),
};
const result = Object.fromEntries(Object.entries(runs).map(([name, step]) => [name, bytesPerQuantum(step)]));
// A network takes its time: fewer rounds.
result.neural = bytesPerQuantum(captureRun(neuralVad), 5);
process.stdout.write(JSON.stringify({ ...result, posted }));
