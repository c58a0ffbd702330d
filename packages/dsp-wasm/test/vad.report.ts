// This file measures detectors on the labelled recordings and writes docs/vad.json, docs/vad.md and docs/vadRoc.svg.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NEURAL_GATE_PRESETS } from '../src/neural/gatePresets.ts';
import { weighNeuralVad } from '../scripts/weigh.mjs';
import { readLabelledClips } from './sharedSpeech.ts';
import { makeDsp } from './streams.ts';
import type { PlottedDetector } from './vadPlot.ts';
import { plotRoc } from './vadPlot.ts';
import type { Rival } from './vadRivals.ts';
import { openNeural, openRivals, openVadWebRival } from './vadRivals.ts';
import { scoreClips, scoreClipsWith } from './vadScores.ts';
import { measureGate } from './gateScoring.ts';
import type { ScoredClip } from './vadScoring.ts';
import { falseTriggersPerMinute, frameRatios, gridPoints, median, onsetsMs, rocAuc } from './vadScoring.ts';
import { DEVELOPMENT_CLIPS, VALIDATION_CLIPS } from './vadSplit.ts';

const PARTS = [
  { part: 'all', colour: '#111', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS] },
  { part: 'development', colour: '#1f77b4', paths: DEVELOPMENT_CLIPS },
  { part: 'validation', colour: '#d62728', paths: VALIDATION_CLIPS },
] as const;
const RIVAL_COLOURS = ['#e377c2', '#17becf', '#9467bd', '#8c564b', '#2ca02c', '#ff7f0e', '#7f7f7f'];
const NEURAL_COLOURS = ['#d4a000', '#bcbd22', '#7f6000'];
const QUIET_RATIO = 0.1;
const CHOICES = [
  { name: 'voicewire', title: '`createVad`', place: 'audio thread' },
  { name: 'voicewire neural', title: '`createNeuralVad`', place: 'audio thread' },
  { name: 'vad-web (onnxruntime-web)', title: '`@voicewire/client/vad-web`', place: 'main thread, by promise' },
  { name: 'onnxruntime-node', title: 'the network in onnxruntime-node', place: 'Node, by promise' },
] as const;
const docs = new URL('../docs/', import.meta.url);

interface Row {
  readonly detector: string;
  readonly part: string;
  readonly auc: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Under the rules of one frame, 60 ms and 200 ms. */
  readonly falseTriggersPerMinute: readonly number[];
  /** Medians, by the one-frame rule and the 60 ms rule. */
  readonly onsetsMs: readonly number[];
  /** At -20 dB. */
  readonly recallLossPoints: number;
}

interface Cost {
  readonly name: string;
  readonly microsecondsPerSecond: number;
  /** Of a network: 512 samples. */
  readonly microsecondsPerHop?: number;
  readonly ratio: number;
}

function measure(detector: string, part: string, clips: readonly ScoredClip[], quiet: readonly ScoredClip[]): Row {
  const points = gridPoints(clips);
  const ratios = frameRatios(points);
  return {
    detector,
    part,
    auc: rocAuc(points),
    ...ratios,
    falseTriggersPerMinute: [1, 3, 10].map((ruleHops) => falseTriggersPerMinute(clips, ruleHops)),
    onsetsMs: [1, 3].map((ruleHops) => median(onsetsMs(clips, ruleHops))),
    recallLossPoints: 100 * (ratios.recall - frameRatios(gridPoints(quiet)).recall),
  };
}

/** What `pnpm bench:dsp` has measured last; empty before that. */
function readCosts(): Cost[] {
  const file = new URL('vadCost.json', docs);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { rows: Cost[] }).rows : [];
}

function renderRow({ detector, part, ...row }: Row, costs: readonly Cost[]): string {
  const cost = costs.find(({ name }) => name === detector);
  const cells = [
    detector,
    part,
    ...[row.auc, row.precision, row.recall, row.f1].map((value) => value.toFixed(3)),
    ...row.falseTriggersPerMinute.map((value) => value.toFixed(1)),
    ...row.onsetsMs.map((value) => value.toFixed(0)),
    row.recallLossPoints.toFixed(1),
    cost === undefined ? '-' : cost.microsecondsPerSecond.toFixed(0),
    cost === undefined ? '-' : cost.ratio.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderChoice(
  { name, title, place }: (typeof CHOICES)[number],
  rows: readonly Row[],
  costs: readonly Cost[],
  downloads: ReadonlyMap<string, number>,
): string {
  const row = rows.find(({ detector, part }) => detector === name && part === 'all');
  const cost = costs.find((each) => each.name === name);
  const ours = costs.find((each) => each.name === 'voicewire neural');
  const ratio = (cost?.microsecondsPerSecond ?? Number.NaN) / (ours?.microsecondsPerSecond ?? Number.NaN);
  const cells = [
    title,
    row?.auc.toFixed(3),
    row?.falseTriggersPerMinute[1]?.toFixed(1),
    row?.onsetsMs[1]?.toFixed(0),
    row?.recallLossPoints.toFixed(1),
    cost?.microsecondsPerSecond.toFixed(0),
    cost?.microsecondsPerHop?.toFixed(1),
    ratio.toFixed(2),
    downloads.has(name) ? ((downloads.get(name) ?? 0) / 1000).toFixed(0) : undefined,
    place,
  ];
  return `| ${cells.map((cell) => cell ?? '-').join(' | ')} |`;
}

/** Bytes with Brotli, by detector. */
async function weighDownloads(): Promise<Map<string, number>> {
  const neural = (await weighNeuralVad()).reduce((sum, { brotliBytes }) => sum + brotliBytes, 0);
  const require = createRequire(import.meta.url);
  const [vadWeb, runtime] = ['@ricky0123/vad-web', 'onnxruntime-web'].map((name) => dirname(require.resolve(name)));
  const files = [
    ...['bundle.min.js', 'silero_vad_v6.onnx'].map((file) => join(vadWeb ?? '', file)),
    ...['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map((file) => join(runtime ?? '', file)),
  ];
  const web = files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0);
  const kernels = brotliCompressSync(readFileSync(new URL('../build/dsp.wasm', import.meta.url))).length;
  return new Map([
    ['voicewire', kernels],
    ['voicewire neural', neural],
    ['vad-web (onnxruntime-web)', web],
  ]);
}

const GATES = { default: {}, bargeIn: NEURAL_GATE_PRESETS.bargeIn, endpointing: NEURAL_GATE_PRESETS.endpointing };

function renderGates(scored: readonly ScoredClip[]): string[] {
  return PARTS.slice(1).flatMap(({ part, paths }) =>
    Object.entries(GATES).map(([name, options]) => {
      const measured = measureGate(
        scored.filter(({ path }) => paths.some((each) => each === path)),
        options,
      );
      const { falseStartsPerMinute, startDelayMs, splitCount, utteranceCount, endDelayMs } = measured;
      const cells = [falseStartsPerMinute.toFixed(1), startDelayMs.toFixed(0), `${splitCount} of ${utteranceCount}`];
      return `| ${[name, part, ...cells, endDelayMs.toFixed(0)].join(' | ')} |`;
    }),
  );
}

function render(
  rows: readonly Row[],
  costs: readonly Cost[],
  downloads: ReadonlyMap<string, number>,
  gates: readonly string[],
): string {
  return [
    '# Voice activity detectors, measured',
    '',
    '<!-- Written by test/vad.report.ts out of vad.json and vadCost.json: `pnpm bench:dsp`, or `pnpm --filter @voicewire/dsp-wasm report:vad`. -->',
    '',
    'How ours works, what it was fitted on, and how often the validation part was looked at: [vadMethod.md](vadMethod.md).',
    'Clips and parts: `test/vadSplit.ts`; method: `test/vadScoring.ts`; threshold 0.5, a fresh detector per clip, its delay not',
    'forgiven. All hear the same 16 kHz int16 frames of 20 ms. libfvad is `@echogarden/fvad-wasm` 0.2.0 (WebRTC VAD) and says',
    'only yes or no; "energy" is the level above the quietest frame of the last 2 s. Cost is CPU time per second of audio in',
    'Node, copies and calls included, medians of interleaved rounds; "÷ libfvad" is over its mode 2.',
    '',
    '| detector | part | AUC | precision | recall | F1 | false triggers/min, 1 frame | 60 ms | 200 ms | median onset, 1 frame, ms | 60 ms rule, ms | recall lost at -20 dB, points | CPU, µs/s | ÷ libfvad |',
    '| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map((row) => renderRow(row, costs)),
    '',
    '![ROC curves](vadRoc.svg)',
    '',
    '## The three that a page can choose from',
    '',
    'Downloads with Brotli: `createVad` is part of kernels that capture needs anyway; of vad-web its bundle, the model and the',
    'runtime. A hop is 512 samples, 32 ms. "÷ ours" compares CPU time with the neural detector’s, in the same interleaved run.',
    '',
    '| detector | AUC | false triggers/min, 60 ms | median onset, 60 ms rule, ms | recall lost at -20 dB, points | CPU, µs/s | µs per hop | ÷ ours | download, kB | runs in |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |',
    ...CHOICES.map((choice) => renderChoice(choice, rows, costs, downloads)),
    '',
    '## A gate over the neural detector',
    '',
    '`SpeechGate` by its defaults and by `NEURAL_GATE_PRESETS`, on frames of 20 ms. Utterances are labels less than 500 ms apart;',
    'split: ended while the label goes on. Delays are medians, from a label’s start or end to the event.',
    '',
    '| gate | part | false starts/min in noise | start delay, ms | utterances split | end delay, ms |',
    '| --- | --- | --: | --: | --: | --: |',
    ...gates,
    '',
  ].join('\n');
}

describe('the report on detectors', () => {
  test('docs/vad.json, docs/vad.md and docs/vadRoc.svg are written', { timeout: 900_000 }, async ({ skip }) => {
    const clips = readLabelledClips() ?? skip('the shared recordings are not beside the repository');
    const dsp = makeDsp();
    const ours = PARTS.map(({ part, colour, paths }) => {
      const chosen = clips.filter(({ path }) => paths.includes(path));
      const scored = scoreClips(dsp, chosen);
      const row = measure('voicewire', part, scored, scoreClips(dsp, chosen, QUIET_RATIO));
      return { row, plotted: { name: `voicewire, ${part}`, colour, points: gridPoints(scored), hasCurve: true } };
    });
    const judged = clips.filter(({ path }) => PARTS[0].paths.includes(path));
    const others: { row: Row; plotted: PlottedDetector }[] = [];
    const add = async (rival: Rival, part: string, paths: readonly string[], colour: string, hasCurve: boolean) => {
      const chosen = judged.filter(({ path }) => paths.includes(path));
      const scored = await scoreClipsWith(rival, dsp, chosen);
      const row = measure(rival.name, part, scored, await scoreClipsWith(rival, dsp, chosen, QUIET_RATIO));
      const name = part === 'all' ? rival.name : `${rival.name}, ${part}`;
      others.push({ row, plotted: { name, colour, points: gridPoints(scored), hasCurve } });
    };
    const neural = openNeural('voicewire neural');
    for (const [i, { part, paths }] of PARTS.entries())
      await add(neural, part, paths, NEURAL_COLOURS[i] ?? '#000', true);
    const networks = [openNeural('voicewire neural, without gain', 0), await openVadWebRival()];
    for (const [i, rival] of [...networks, ...(await openRivals())].entries()) {
      await add(rival, 'all', PARTS[0].paths, RIVAL_COLOURS[i] ?? '#000', !rival.name.startsWith('libfvad'));
    }
    const gates = renderGates(await scoreClipsWith(neural, dsp, judged));
    const rows = [...ours, ...others].map(({ row }) => row);
    expect(rows.every(({ auc }) => auc > 0 && auc < 1)).toBe(true);
    writeFileSync(new URL('vad.json', docs), `${JSON.stringify({ rows }, null, 2)}\n`);
    writeFileSync(new URL('vad.md', docs), render(rows, readCosts(), await weighDownloads(), gates));
    writeFileSync(new URL('vadRoc.svg', docs), plotRoc([...ours, ...others].map(({ plotted }) => plotted)));
  });
});
