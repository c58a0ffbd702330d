import { describe, expect, test } from 'vitest';
import { BALANCED, BEST, designConversion, LOW_LATENCY } from '../src/design/conversion.ts';
import { openTapDesigner } from '../src/design/tapDesigner.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { referenceTapDesigner } from './reference/referenceTapDesigner.ts';
import { compileKernels, ratePairs } from './streams.ts';

const module = compileKernels();
const allRates: readonly number[] = SUPPORTED_SAMPLE_RATES;

function largestDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(actual.length).toBe(wanted.length);
  return Array.from(actual).reduce((most, tap, i) => Math.max(most, Math.abs(tap - (wanted[i] ?? Number.NaN))), 0);
}

describe('designs by the kernels', () => {
  test.each([
    ['balanced', BALANCED],
    ['best', BEST],
    ['low-latency', LOW_LATENCY],
  ])('%s: for every pair, taps equal those of the plain twin within 1e-8, and so do delays', (_, spec) => {
    for (const [from, to] of ratePairs(allRates)) {
      const actual = designConversion(openTapDesigner(module), from, to, spec);
      const wanted = designConversion(referenceTapDesigner, from, to, spec);
      expect(actual.groupDelaySamples).toBeCloseTo(wanted.groupDelaySamples, 5);
      for (const [i, filter] of actual.filters.entries()) {
        const twin = wanted.filters[i];
        expect(filter).toMatchObject({ latenessSamples: twin?.latenessSamples, isHalfBand: twin?.isHalfBand });
        expect(largestDifference(filter.taps, twin?.taps ?? [])).toBeLessThan(1e-8);
      }
    }
  });

  test('the comparison sees one tap that is off by 2e-8', () => {
    const taps = openTapDesigner(module).minimax(10, 0.1, 0.3, 1, 1);
    expect(largestDifference(taps.with(3, (taps[3] ?? 0) + 2e-8), taps)).toBeGreaterThan(1e-8);
  });
});
