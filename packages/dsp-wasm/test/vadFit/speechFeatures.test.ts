import { assertCloseSamples, createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { expect, test } from 'vitest';
import { FEATURE_COUNT } from '../../src/design/speechModel.ts';
import { toInt16Reference } from '../reference/frameReference.ts';
import { speechFeaturesReference } from '../reference/speechReference.ts';
import { compileKernels } from '../streams.ts';
import { speechFeatures } from './speechFeatures.ts';
import { makeColouredNoise } from './trainingNoise.ts';

test('the rows of 150 hops are what the formulas give, within 1e-4', () => {
  const random = createSeededRandom(81);
  const speech = makeSpeechLike({ random, sampleRate: 16_000, durationMs: 3000 });
  const rows = speechFeatures(compileKernels(), speech, 16_000);
  const wanted = speechFeaturesReference(toInt16Reference(speech));
  expect(rows.length).toBe(150);
  for (const [t, row] of rows.entries()) {
    expect(row.length).toBe(FEATURE_COUNT);
    assertCloseSamples(`features of hop ${t}`, row, wanted[t] ?? [], 1e-4);
  }
});

test('coloured noise peaks at 0.5, is the same for the same seed and another for another', () => {
  const noise = (seed: number) => makeColouredNoise(createSeededRandom(seed), 16_000, 8000);
  for (const seed of [1, 2, 3, 4]) {
    expect(Math.max(...noise(seed).map(Math.abs))).toBeCloseTo(0.5, 6);
    expect(noise(seed)).toEqual(noise(seed));
  }
  expect(noise(1)).not.toEqual(noise(2));
});
