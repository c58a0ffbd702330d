import { createSeededRandom } from '@voicewire/testkit';
import { expect, test } from 'vitest';
import type { Observation } from './fitLogistic.ts';
import { fitLogistic } from './fitLogistic.ts';

/** Speech with the odds that `weights`, the constant last, give two gaussian features. */
function observe(weights: readonly [number, number, number], count: number): Observation[] {
  const random = createSeededRandom(5);
  return Array.from({ length: count }, () => {
    const features = Float64Array.from([random.gaussian(), 3 + 2 * random.gaussian()]);
    const z = weights[2] + weights[0] * (features[0] ?? 0) + weights[1] * (features[1] ?? 0);
    return { features, isSpeech: random.next() < 1 / (1 + Math.exp(-z)), weight: 1 };
  });
}

test('the weights that 40000 observations were drawn from come back within 0.05', () => {
  const fitted = fitLogistic(observe([1.5, -0.8, 2], 40_000), 1e-6);
  for (const [i, weight] of [1.5, -0.8, 2].entries()) expect(Math.abs((fitted[i] ?? 0) - weight)).toBeLessThan(0.05);
});

test('a penalty holds weights down, and an observation of weight 2 counts like two', () => {
  const observations = observe([1.5, -0.8, 2], 500);
  expect(Math.abs(fitLogistic(observations, 100)[0] ?? 0)).toBeLessThan(Math.abs(fitLogistic(observations, 1)[0] ?? 0));
  const doubled = fitLogistic([...observations, ...observations], 1);
  const weighted = fitLogistic(
    observations.map((observation) => ({ ...observation, weight: 2 })),
    1,
  );
  for (const [i, weight] of doubled.entries()) expect(weighted[i]).toBeCloseTo(weight, 8);
});
