import { describe, expect, test } from 'vitest';
import { SUPPORTED_SAMPLE_RATES } from '../sampleRates.ts';
import { compileKernels } from '../../test/streams.ts';
import { BALANCED, BEST, designConversion } from './conversion.ts';
import { openTapDesigner } from './tapDesigner.ts';

const designer = openTapDesigner(compileKernels());

const ratiosOf = (from: number, to: number) =>
  designConversion(designer, from, to, BALANCED).filters.map(({ ratio, isHalfBand }) => ({ ...ratio, isHalfBand }));

describe('designConversion', () => {
  test('goes through twice the lower rate: 48 to 32 to 16 kHz, and 16 to 32 to 48', () => {
    const short = { up: 2, down: 3, isHalfBand: false };
    expect(ratiosOf(48_000, 16_000)).toEqual([short, { up: 1, down: 2, isHalfBand: true }]);
    expect(ratiosOf(16_000, 48_000)).toEqual([
      { up: 2, down: 1, isHalfBand: true },
      { up: 3, down: 2, isHalfBand: false },
    ]);
  });

  test('needs one filter between a rate and twice that rate, and none for equal rates', () => {
    expect(ratiosOf(32_000, 16_000)).toEqual([{ up: 1, down: 2, isHalfBand: true }]);
    expect(ratiosOf(22_050, 44_100)).toEqual([{ up: 2, down: 1, isHalfBand: true }]);
    expect(ratiosOf(44_100, 44_100)).toEqual([]);
  });

  test('every pair: the ratios multiply to that of the rates, and the delay is a whole number of output samples', () => {
    for (const from of SUPPORTED_SAMPLE_RATES) {
      for (const to of SUPPORTED_SAMPLE_RATES) {
        for (const spec of [BALANCED, BEST]) {
          const { filters, groupDelaySamples } = designConversion(designer, from, to, spec);
          const converted = filters.reduce((rate: number, { ratio }) => (rate * ratio.up) / ratio.down, from);
          expect(converted).toBeCloseTo(to, 9);
          expect(Number.isInteger(groupDelaySamples)).toBe(true);
        }
      }
    }
  });

  test('delays by 28 samples at 16 kHz from 48 kHz, by 29 from 44.1 kHz, and by 96 at 48 kHz from 16 kHz', () => {
    expect(designConversion(designer, 48_000, 16_000, BALANCED).groupDelaySamples).toBe(28);
    expect(designConversion(designer, 44_100, 16_000, BALANCED).groupDelaySamples).toBe(29);
    expect(designConversion(designer, 16_000, 48_000, BALANCED).groupDelaySamples).toBe(96);
    expect(designConversion(designer, 48_000, 16_000, BEST).groupDelaySamples).toBe(35);
  });
});
