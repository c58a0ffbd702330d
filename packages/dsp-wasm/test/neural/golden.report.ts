// This file has ONNX Runtime judge the golden signals and writes golden.json, and docs/neuralEquality.md: `golden:neural`.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Judge } from '../../bench/onnxRuntime.mjs';
import { openNodeRuntime, openVadWeb } from '../../bench/onnxRuntime.mjs';
import { readTensors } from '../../scripts/neural/onnx.mjs';
import { readSourceModel } from '../../scripts/neural/sourceModel.mjs';
import { makeSileroReference } from '../reference/sileroReference.ts';
import { readLabelledClips } from '../sharedSpeech.ts';
import { makeDsp, resampleStream } from '../streams.ts';
import { open, scoresOf, trainedAssets } from './detectors.ts';
import type { GoldenFile, GoldenSignal } from './goldenSignals.ts';
import { hopsOf, makeGoldenSignals } from './goldenSignals.ts';

const AS_IS = { maxGainDb: 0 };

/** The recordings of single talkers, each a signal, at 16 kHz. */
function sharedSpeech(): GoldenSignal[] {
  const dsp = makeDsp();
  return (readLabelledClips() ?? [])
    .filter(({ path }) => path.startsWith('speech/'))
    .map(({ path, samples, sampleRate }) => {
      const resampler = dsp.createResampler({ inputSampleRate: sampleRate, outputSampleRate: 16_000 });
      return { name: path, samples: resampleStream(resampler, samples) };
    });
}

async function judgeAll(judge: Judge, hops: readonly Float32Array[]): Promise<number[]> {
  judge.reset();
  const probabilities: number[] = [];
  for (const hop of hops) probabilities.push(await judge.hear(hop));
  return probabilities;
}

function largest(some: readonly number[], others: readonly number[]): number {
  return some.reduce((most, value, i) => Math.max(most, Math.abs(value - (others[i] ?? Number.NaN))), 0);
}

describe('the golden frames', () => {
  test('test/neural/golden.json and docs/neuralEquality.md are written', { timeout: 600_000 }, async () => {
    const [node, web] = [await openNodeRuntime(), await openVadWeb()];
    const tensors = readTensors(readSourceModel());
    const trained = trainedAssets();
    const compare = async ({ name, samples }: GoldenSignal, hasTruth: boolean) => {
      const hops = hopsOf(samples);
      const wanted = await judgeAll(node, hops);
      const [kernel, shipped] = [scoresOf(open(AS_IS, trained), hops), scoresOf(open(AS_IS), hops)];
      const reference = makeSileroReference(tensors);
      const truth = hasTruth ? hops.map((hop) => reference(hop)) : null;
      const flips = shipped.filter((score, i) => score >= 0.5 !== (wanted[i] ?? 0) >= 0.5).length;
      const differences = [
        largest(kernel, wanted),
        largest(shipped, wanted),
        largest(await judgeAll(web, hops), wanted),
        truth === null ? Number.NaN : largest(kernel, truth),
        truth === null ? Number.NaN : largest(wanted, truth),
      ];
      return { name, hopCount: hops.length, flips, differences, wanted };
    };

    const rows = [];
    for (const signal of makeGoldenSignals()) rows.push(await compare(signal, true));
    const golden: GoldenFile = {
      runtime: `${node.name} 1.30.0`,
      signals: rows.map(({ name, wanted }) => ({ name, probabilities: wanted })),
    };
    expect(rows.some(({ wanted }) => Math.max(...wanted) > 0.9)).toBe(true);
    writeFileSync(new URL('golden.json', import.meta.url), `${JSON.stringify(golden, null, 1)}\n`);

    const shared: Awaited<ReturnType<typeof compare>>[] = [];
    for (const signal of sharedSpeech()) shared.push(await compare(signal, false));
    const summary = {
      name: `${shared.length} recordings of speech, not committed`,
      hopCount: shared.reduce((sum, { hopCount }) => sum + hopCount, 0),
      flips: shared.reduce((sum, { flips }) => sum + flips, 0),
      differences: [0, 1, 2, 3, 4].map((i) => Math.max(...shared.map(({ differences }) => differences[i] ?? 0))),
    };
    const table = (shared.length > 0 ? [...rows, summary] : rows).map(({ name, hopCount, flips, differences }) => {
      const cells = differences.map((value) => (Number.isNaN(value) ? '-' : value.toExponential(1)));
      return `| ${[name, hopCount, ...cells, flips].join(' | ')} |`;
    });
    writeFileSync(new URL('../../docs/neuralEquality.md', import.meta.url), render(table));
  });
});

function render(table: readonly string[]): string {
  return [
    '# The neural detector against ONNX Runtime',
    '',
    '<!-- Written by test/neural/golden.report.ts: `pnpm --filter @voicewire/dsp-wasm golden:neural`. -->',
    '',
    'Largest difference of a probability. "Kernel": with the weights as trained, f32; "shipped": rounded to half floats. "Truth" is the',
    'same network in double precision (`test/reference/sileroReference.ts`). Flips: hops in which the shipped weights decide otherwise',
    'than onnxruntime-node at 0.5. Without the gain for quiet talkers, which ONNX Runtime does not have.',
    '',
    '| signal | hops | kernel – node | shipped – node | onnxruntime-web – node | kernel – truth | node – truth | flips |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...table,
    '',
  ].join('\n');
}
