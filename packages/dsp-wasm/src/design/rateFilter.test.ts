import { describe, expect, test } from 'vitest';
import { compileKernels } from '../../test/streams.ts';
import { SUPPORTED_SAMPLE_RATES } from '../sampleRates.ts';
import { BALANCED, designConversion } from './conversion.ts';
import { designShortTaps, PASS_EDGE } from './rateFilter.ts';
import { openTapDesigner } from './tapDesigner.ts';

const designer = openTapDesigner(compileKernels());
const [, , , ...shortSpec] = BALANCED;

/** Gain at a frequency that is a ratio of the rate the taps run at. */
function gainDb(taps: Float64Array, frequencyRatio: number): number {
  let [real, imaginary] = [0, 0];
  for (const [k, tap] of taps.entries()) {
    real += tap * Math.cos(2 * Math.PI * frequencyRatio * k);
    imaginary += tap * Math.sin(2 * Math.PI * frequencyRatio * k);
  }
  return 20 * Math.log10(Math.hypot(real, imaginary));
}

/** The largest gain from one frequency to another, by default half the rate. */
function largestGainDb(taps: Float64Array, fromRatio: number, toRatio = 0.5): number {
  const steps = 2000;
  const widthRatio = toRatio - fromRatio;
  const gains = Array.from({ length: steps + 1 }, (_, i) => gainDb(taps, fromRatio + (widthRatio * i) / steps));
  return Math.max(...gains);
}

describe('sharp filter', () => {
  const taps = designer.halfBand(25, PASS_EDGE / 2, 1);

  test('has zeros at every second tap from the centre, where one half stands, and is symmetric', () => {
    const centre = (taps.length - 1) / 2;
    expect(taps[centre]).toBeCloseTo(0.5, 14);
    for (const [k, tap] of taps.entries()) {
      if ((k - centre) % 2 === 0 && k !== centre) expect(tap).toBeCloseTo(0, 14);
      expect(tap).toBeCloseTo(taps[taps.length - 1 - k] ?? Number.NaN, 12);
    }
  });

  test('is flat to 0.875 of half its band, and with 25 pairs of taps 102 dB down from 1.125 on; 32 pairs: 127 dB', () => {
    for (let f = 0; f <= 0.875 / 4; f += 0.001) expect(Math.abs(gainDb(taps, f))).toBeLessThan(0.0001);
    expect(largestGainDb(taps, 1.125 / 4)).toBeLessThan(-102);
    expect(largestGainDb(taps, 1.1 / 4)).toBeGreaterThan(-90);
    expect(largestGainDb(designer.halfBand(32, PASS_EDGE / 2, 1), 1.125 / 4)).toBeLessThan(-127);
  });

  test('going up has twice the taps, and no lateness', () => {
    expect(designer.halfBand(25, PASS_EDGE / 2, 2)).toEqual(taps.map((tap) => 2 * tap));
    expect(designConversion(designer, 16_000, 32_000, BALANCED).filters[0]?.latenessSamples).toBe(0);
  });
});

describe('short filter', () => {
  test.each([
    [{ up: 1, down: 2 }, 8, 110],
    [{ up: 2, down: 3 }, 12, 112],
    [{ up: 4, down: 1 }, 16, 119],
  ])(
    '%j is flat within 0.007 dB to 0.875, and from 3 to 5, 7 to 9 times the lower Nyquist frequency, 1 / %i, down by %i dB',
    (ratio, rate, stopDb) => {
      const taps = designShortTaps(designer, ratio, 1 / rate, shortSpec);
      const unit = taps.map((tap) => tap / ratio.up);
      for (let f = 0; f <= 0.875; f += 0.01) expect(Math.abs(gainDb(unit, f / rate))).toBeLessThan(0.007);
      for (let from = 3; from < rate / 2; from += 4) {
        expect(largestGainDb(unit, from / rate, Math.min((from + 2) / rate, 0.5))).toBeLessThan(-stopDb);
      }
      // Left free, as the sharp filter stops what lies there, or has stopped it.
      expect(largestGainDb(unit, 3 / rate)).toBeLessThan(-60);
    },
  );

  test('by a window: 20 taps per branch between 44.1 and 32 kHz, flat within 0.01 dB, 112 dB down', () => {
    const ratio = { up: 320, down: 441 };
    const lowerNyquistRatio = 8000 / (44_100 * 320);
    const taps = designShortTaps(designer, ratio, lowerNyquistRatio, shortSpec);
    const unit = taps.map((tap) => tap / ratio.up);
    expect(Math.ceil(taps.length / ratio.up)).toBe(20);
    for (let f = 0; f <= 0.875; f += 0.05) {
      expect(Math.abs(gainDb(unit, f * lowerNyquistRatio))).toBeLessThan(0.01);
    }
    for (let f = 3; f <= 12; f += 0.01) expect(gainDb(unit, f * lowerNyquistRatio)).toBeLessThan(-112);
  });

  test('is as late as makes the whole delay whole output samples, and less than one of them later than it must be', () => {
    for (const from of SUPPORTED_SAMPLE_RATES) {
      for (const to of SUPPORTED_SAMPLE_RATES) {
        const { filters } = designConversion(designer, from, to, BALANCED);
        let [rate, delaySeconds]: [number, number] = [from, 0];
        for (const { ratio, taps, latenessSamples } of filters) {
          const tapRate = rate * ratio.up;
          delaySeconds += ((taps.length - 1) / 2 + latenessSamples) / tapRate;
          expect(latenessSamples).toBeGreaterThanOrEqual(0);
          expect(latenessSamples / tapRate).toBeLessThan(1 / to);
          rate = tapRate / ratio.down;
        }
        expect(Math.abs(delaySeconds * to - Math.round(delaySeconds * to))).toBeLessThan(1e-9);
      }
    }
  });
});
