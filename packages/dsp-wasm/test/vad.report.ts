// This file measures the detector on the labelled recordings and writes docs/vad.md and docs/vadRoc.svg.
import { findSharedFolder } from '@voicewire/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLabelledClips } from './sharedSpeech.ts';
import { makeDsp } from './streams.ts';
import { scoreClips } from './vadScores.ts';
import type { GridPoint, ScoredClip } from './vadScoring.ts';
import { falseTriggersPerMinute, frameRatios, gridPoints, median, onsetsMs, rocAuc } from './vadScoring.ts';
import { DEVELOPMENT_CLIPS, VALIDATION_CLIPS } from './vadSplit.ts';

const PARTS = [
  { name: 'all', colour: '#111', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS] },
  { name: 'development', colour: '#1f77b4', paths: DEVELOPMENT_CLIPS },
  { name: 'validation', colour: '#d62728', paths: VALIDATION_CLIPS },
] as const;
const SIZE = 400;

/** False-positive and true-positive ratio at each of 101 thresholds. */
function rocCurve(points: readonly GridPoint[]): { threshold: number; fpr: number; tpr: number }[] {
  const ratio = (isSpeech: boolean, threshold: number) => {
    const of = points.filter((point) => point.isSpeech === isSpeech);
    return of.filter(({ score }) => score >= threshold).length / of.length;
  };
  return Array.from({ length: 101 }, (_, i) => {
    const threshold = i / 100;
    return { threshold, fpr: ratio(false, threshold), tpr: ratio(true, threshold) };
  });
}

function rowOf(name: string, clips: readonly ScoredClip[], quiet: readonly ScoredClip[]): string {
  const points = gridPoints(clips);
  const { precision, recall, f1 } = frameRatios(points);
  const cells = [
    name,
    ...[rocAuc(points), precision, recall, f1].map((value) => value.toFixed(3)),
    ...[1, 3, 10].map((ruleHops) => falseTriggersPerMinute(clips, ruleHops).toFixed(1)),
    ...[1, 3].map((ruleHops) => median(onsetsMs(clips, ruleHops)).toFixed(0)),
    (100 * (recall - frameRatios(gridPoints(quiet)).recall)).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

function plot(curves: readonly { name: string; colour: string; auc: number; points: ReturnType<typeof rocCurve> }[]) {
  const lines = curves.flatMap(({ name, colour, auc, points }, i) => {
    const path = points.map(({ fpr, tpr }) => `${(fpr * SIZE).toFixed(1)},${((1 - tpr) * SIZE).toFixed(1)}`).join(' ');
    const half = points[50] ?? { fpr: 0, tpr: 0 };
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${path}"/>`,
      `<circle cx="${(half.fpr * SIZE).toFixed(1)}" cy="${((1 - half.tpr) * SIZE).toFixed(1)}" r="4" fill="${colour}"/>`,
      `<text x="${SIZE - 190}" y="${SIZE - 60 + i * 20}" fill="${colour}">${name}, area ${auc.toFixed(3)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -20 ${SIZE + 70} ${SIZE + 65}" font-family="sans-serif" font-size="13">`,
    `<rect x="-50" y="-20" width="${SIZE + 70}" height="${SIZE + 65}" fill="#fff"/>`,
    `<rect width="${SIZE}" height="${SIZE}" fill="none" stroke="#888"/>`,
    `<line x1="0" y1="${SIZE}" x2="${SIZE}" y2="0" stroke="#ccc"/>`,
    ...lines,
    `<text x="${SIZE / 2}" y="${SIZE + 30}" text-anchor="middle">non-speech taken for speech, 0 to 1</text>`,
    `<text transform="translate(-15 ${SIZE / 2}) rotate(-90)" text-anchor="middle">speech found, 0 to 1 (dot: 0.5)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

describe('the report on the detector', () => {
  test('docs/vad.md and docs/vadRoc.svg are written', ({ skip }) => {
    skip(findSharedFolder() === null, 'the shared recordings are not beside the repository');
    const clips = readLabelledClips() ?? [];
    const dsp = makeDsp();
    const rows: string[] = [];
    const curves = PARTS.map(({ name, colour, paths }) => {
      const chosen = clips.filter(({ path }) => paths.includes(path));
      const scored = scoreClips(dsp, chosen);
      rows.push(rowOf(name, scored, scoreClips(dsp, chosen, 0.1)));
      const points = gridPoints(scored);
      return { name, colour, auc: rocAuc(points), points: rocCurve(points) };
    });
    const docs = new URL('../docs/', import.meta.url);
    mkdirSync(docs, { recursive: true });
    writeFileSync(new URL('vadRoc.svg', docs), plot(curves));
    writeFileSync(
      new URL('vad.md', docs),
      [
        '# The voice activity detector, measured',
        '',
        'Written by `pnpm --filter @voicewire/dsp-wasm report:vad`. Clips and sides: `test/vadSplit.ts`; method: `test/vadScoring.ts`;',
        'threshold 0.5; a fresh detector per clip, its delay not forgiven.',
        '',
        '| part | AUC | precision | recall | F1 | false triggers/min, 1 frame | 60 ms | 200 ms | median onset, 1 frame, ms | 60 ms rule, ms | recall lost at -20 dB, points |',
        '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
        ...rows,
        '',
        '![ROC curves](vadRoc.svg)',
        '',
        'The validation clips were never fitted on, but their figures were in sight while features and class weights were chosen.',
        '',
      ].join('\n'),
    );
    expect(rows.length).toBe(3);
  });
});
