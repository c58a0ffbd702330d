// This file measures detectors on the labelled recordings and writes docs/vad.json, docs/vad.md and docs/vadRoc.svg.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLabelledClips } from './sharedSpeech.ts';
import { makeDsp } from './streams.ts';
import { plotRoc } from './vadPlot.ts';
import { openRivals } from './vadRivals.ts';
import { scoreClips, scoreClipsWith } from './vadScores.ts';
import type { ScoredClip } from './vadScoring.ts';
import { falseTriggersPerMinute, frameRatios, gridPoints, median, onsetsMs, rocAuc } from './vadScoring.ts';
import { DEVELOPMENT_CLIPS, VALIDATION_CLIPS } from './vadSplit.ts';

const PARTS = [
  { part: 'all', colour: '#111', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS] },
  { part: 'development', colour: '#1f77b4', paths: DEVELOPMENT_CLIPS },
  { part: 'validation', colour: '#d62728', paths: VALIDATION_CLIPS },
] as const;
const RIVAL_COLOURS = ['#9467bd', '#8c564b', '#2ca02c', '#ff7f0e', '#7f7f7f'];
const QUIET_RATIO = 0.1;
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

function render(rows: readonly Row[], costs: readonly Cost[]): string {
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
  ].join('\n');
}

describe('the report on detectors', () => {
  test('docs/vad.json, docs/vad.md and docs/vadRoc.svg are written', { timeout: 300_000 }, async ({ skip }) => {
    const clips = readLabelledClips() ?? skip('the shared recordings are not beside the repository');
    const dsp = makeDsp();
    const ours = PARTS.map(({ part, colour, paths }) => {
      const chosen = clips.filter(({ path }) => paths.includes(path));
      const scored = scoreClips(dsp, chosen);
      const row = measure('voicewire', part, scored, scoreClips(dsp, chosen, QUIET_RATIO));
      return { row, plotted: { name: `voicewire, ${part}`, colour, points: gridPoints(scored), hasCurve: true } };
    });
    const judged = clips.filter(({ path }) => PARTS[0].paths.includes(path));
    const rivals = (await openRivals()).map((rival, i) => {
      const scored = scoreClipsWith(rival, dsp, judged);
      const row = measure(rival.name, 'all', scored, scoreClipsWith(rival, dsp, judged, QUIET_RATIO));
      const [colour, hasCurve] = [RIVAL_COLOURS[i] ?? '#000', rival.name === 'energy'];
      return { row, plotted: { name: rival.name, colour, points: gridPoints(scored), hasCurve } };
    });
    const rows = [...ours, ...rivals].map(({ row }) => row);
    expect(rows.every(({ auc }) => auc > 0 && auc < 1)).toBe(true);
    writeFileSync(new URL('vad.json', docs), `${JSON.stringify({ rows }, null, 2)}\n`);
    writeFileSync(new URL('vad.md', docs), render(rows, readCosts()));
    writeFileSync(new URL('vadRoc.svg', docs), plotRoc([...ours, ...rivals].map(({ plotted }) => plotted)));
  });
});
