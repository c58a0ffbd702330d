import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { readLabelledClips } from './sharedSpeech.ts';
import { makeDsp } from './streams.ts';
import { scoreClips } from './vadScores.ts';
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
