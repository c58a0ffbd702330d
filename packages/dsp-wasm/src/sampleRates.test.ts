import { describe, expect, test } from 'vitest';
import { checkSampleRate, reduceRatio, SUPPORTED_SAMPLE_RATES } from './sampleRates.ts';

describe('sample rates', () => {
  test('44.1 to 16 kHz is 160 : 441, 48 to 16 is 1 : 3, 22.05 to 96 is 640 : 147', () => {
    expect(reduceRatio(44_100, 16_000)).toEqual({ up: 160, down: 441 });
    expect(reduceRatio(48_000, 16_000)).toEqual({ up: 1, down: 3 });
    expect(reduceRatio(22_050, 96_000)).toEqual({ up: 640, down: 147 });
    expect(reduceRatio(8000, 8000)).toEqual({ up: 1, down: 1 });
  });

  test('the eleven supported rates pass the check, their neighbours do not', () => {
    for (const rate of SUPPORTED_SAMPLE_RATES) {
      checkSampleRate('inputSampleRate', rate);
      expect(() => checkSampleRate('inputSampleRate', rate + 1)).toThrow(`inputSampleRate is ${rate + 1} Hz`);
    }
  });
});
