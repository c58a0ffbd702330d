import { describe, expect, test } from 'vitest';
import type { ScoredClip } from './vadScoring.ts';
import { falseTriggersPerMinute, frameRatios, gridPoints, median, onsetsMs, rocAuc } from './vadScoring.ts';

function makeClip(kind: string, scores: readonly number[], segments: ScoredClip['segments'] = []): ScoredClip {
  return { path: 'made', kind, scores, segments, hasOnsets: true };
}

describe('vadScoring', () => {
  test('the area under the curve is 1 for perfect scores, 0 for inverted ones, 0.5 for a constant', () => {
    const points = (scoreOf: (isSpeech: boolean) => number) =>
      [true, false, true, false, false].map((isSpeech) => ({ isSpeech, score: scoreOf(isSpeech) }));
    expect(rocAuc(points((isSpeech) => (isSpeech ? 0.9 : 0.1)))).toBe(1);
    expect(rocAuc(points((isSpeech) => (isSpeech ? 0.1 : 0.9)))).toBe(0);
    expect(rocAuc(points(() => 0.5))).toBe(0.5);
  });

  test('a hop counts for two points of the 10 ms grid, each with its own label', () => {
    const points = gridPoints([makeClip('forced', [0.9, 0.2], [[0.01, 0.04]]), makeClip('manual-hard', [1], [])]);
    expect(points.map(({ isSpeech }) => isSpeech)).toEqual([false, true, true, true]);
    expect(frameRatios(points)).toEqual({ precision: 0.5, recall: 1 / 3, f1: 2 / 5 });
  });

  test('a run of 3 hops is one trigger under 60 ms, none under 200 ms, and one more after 300 ms below', () => {
    const scores = [0.9, 0.9, 0.9, ...Array<number>(15).fill(0), 0.5, 0.5, 0.5, 0, 0.9, 0.9, 0.9];
    const perMinute = 60 / (scores.length * 0.02);
    expect(falseTriggersPerMinute([makeClip('nonspeech', scores)], 3)).toBeCloseTo(2 * perMinute, 9);
    expect(falseTriggersPerMinute([makeClip('nonspeech', scores)], 10)).toBe(0);
    expect(falseTriggersPerMinute([makeClip('nonspeech', scores), makeClip('babble', scores)], 3)).toBeCloseTo(
      2 * perMinute,
      9,
    );
  });

  test('an onset ends with the hop that completes the rule; segments after less than 400 ms of silence have none', () => {
    const scores = [...Array<number>(26).fill(0), ...Array<number>(14).fill(1)];
    const clip = makeClip('mix', scores, [
      [0.5, 0.6],
      [0.7, 0.8],
    ]);
    expect(onsetsMs([clip], 1).map(Math.round)).toEqual([40]);
    expect(onsetsMs([clip], 3).map(Math.round)).toEqual([80]);
    expect(onsetsMs([{ ...clip, hasOnsets: false }], 1)).toEqual([]);
  });

  test('the median of an even count lies between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
