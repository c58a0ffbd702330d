import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readLabelledClips } from './sharedSpeech.ts';
import { makeDsp } from './streams.ts';
import { openNeural } from './vadRivals.ts';
import { scoreClips, scoreClipsWith } from './vadScores.ts';
import type { ScoredClip } from './vadScoring.ts';
import { falseTriggersPerMinute, frameRatios, gridPoints, median, onsetsMs, rocAuc } from './vadScoring.ts';
import { DEVELOPMENT_CLIPS, VALIDATION_CLIPS } from './vadSplit.ts';

const clips = readLabelledClips();
const dsp = makeDsp();

const PARTS = [
  { part: 'all clips', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS], auc: 0.92, triggers: 4, lossPoints: 5 },
  { part: 'the development part', paths: DEVELOPMENT_CLIPS, auc: 0.92, triggers: 4, lossPoints: 5 },
  { part: 'the validation part', paths: VALIDATION_CLIPS, auc: 0.92, triggers: 4, lossPoints: 5 },
];

describe('the split', () => {
  test('puts every clip on one side, and only meetings of hard back-channels on neither', ({ skip }) => {
    skip(clips === null, 'the shared recordings are not beside the repository');
    const named = [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS];
    expect(new Set(named).size).toBe(named.length);
    const scorable = (clips ?? []).filter(({ kind }) => kind !== 'manual-hard').map(({ path }) => path);
    expect(new Set(scorable)).toEqual(new Set(named));
  });
});

describe.each(PARTS)('the detector on $part', ({ paths, auc, triggers, lossPoints }) => {
  beforeEach(({ skip }) => skip(clips === null, 'the shared recordings are not beside the repository'));

  const chosen = (clips ?? []).filter(({ path }) => paths.includes(path));
  const scored = scoreClips(dsp, chosen);

  test(`separates labelled speech from the rest: area under the curve ≥ ${auc}, F1 ≥ 0.87 at 0.5`, () => {
    const points = gridPoints(scored);
    expect(points.length).toBeGreaterThan(5000);
    assertAtLeast('area under the ROC curve', rocAuc(points), auc, '');
    assertAtLeast('F1', frameRatios(points).f1, 0.87, '');
  });

  test(`is triggered by noise at most ${triggers} times per minute under the 60 ms rule`, () => {
    assertAtMost('false triggers', falseTriggersPerMinute(scored, 3), triggers, '/min');
  });

  test('hears an utterance within 60 ms by the one-frame rule and 100 ms by the 60 ms rule, in the median', () => {
    expect(onsetsMs(scored, 1).length).toBeGreaterThan(8);
    assertAtMost('onset, one frame', median(onsetsMs(scored, 1)), 60.001, 'ms');
    assertAtMost('onset, 60 ms', median(onsetsMs(scored, 3)), 100.001, 'ms');
  });

  test(`loses at most ${lossPoints} points of recall at -20 dB`, () => {
    const quiet = frameRatios(gridPoints(scoreClips(dsp, chosen, 0.1))).recall;
    assertAtMost('recall lost', 100 * (frameRatios(gridPoints(scored)).recall - quiet), lossPoints, 'points');
  });
});

describe('the neural detector, in frames of 20 ms', () => {
  beforeEach(({ skip }) => skip(clips === null, 'the shared recordings are not beside the repository'));

  let scored: ScoredClip[] = [];
  let quiet: ScoredClip[] = [];
  beforeAll(async () => {
    const judged = (clips ?? []).filter(({ kind }) => kind !== 'manual-hard');
    scored = await scoreClipsWith(openNeural('neural'), dsp, judged);
    quiet = await scoreClipsWith(openNeural('neural'), dsp, judged, 0.1);
  }, 60_000);
  const of = (all: readonly ScoredClip[], paths: readonly string[]) => all.filter(({ path }) => paths.includes(path));

  test.each([
    { part: 'all clips', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS], auc: 0.965, onset: 115 },
    { part: 'the development part', paths: DEVELOPMENT_CLIPS, auc: 0.955, onset: 140 },
    { part: 'the validation part', paths: VALIDATION_CLIPS, auc: 0.965, onset: 100 },
  ])('$part: area ≥ $auc, no false trigger under the 60 ms rule, median onset ≤ $onset ms', ({ paths, auc, onset }) => {
    const chosen = of(scored, paths);
    assertAtLeast('area under the ROC curve', rocAuc(gridPoints(chosen)), auc, '');
    expect(falseTriggersPerMinute(chosen, 3)).toBe(0);
    assertAtMost('onset, 60 ms', median(onsetsMs(chosen, 3)), onset + 0.001, 'ms');
  });

  test.each([
    { part: 'all clips', paths: [...DEVELOPMENT_CLIPS, ...VALIDATION_CLIPS], lossPoints: 2 },
    { part: 'the development part', paths: DEVELOPMENT_CLIPS, lossPoints: 2 },
    { part: 'the validation part', paths: VALIDATION_CLIPS, lossPoints: 2.5 },
  ])('$part at -20 dB: ≤ $lossPoints points of recall lost, still no false trigger', ({ paths, lossPoints }) => {
    const [loud, low] = [scored, quiet].map((all) => frameRatios(gridPoints(of(all, paths))).recall);
    assertAtMost('recall lost', 100 * ((loud ?? 0) - (low ?? 0)), lossPoints, 'points');
    expect(falseTriggersPerMinute(of(quiet, paths), 3)).toBe(0);
  });
});
