import { describe, expect, test } from 'vitest';
import { assertAtLeast, assertAtMost, assertCloseSamples, assertNear, assertSameSamples } from './assertions.ts';

describe('assertions on numbers', () => {
  test('pass at the limit', () => {
    assertAtLeast('alias rejection', 100, 100, 'dB');
    assertAtMost('delay', 2.2, 2.2, 'ms');
    assertNear('level', -3.01, -3, 0.02, 'dB');
  });

  test('fail one step past it, with both values and the unit', () => {
    expect(() => assertAtLeast('alias rejection', 99.9, 100, 'dB')).toThrow(
      'alias rejection: 99.9 dB, wanted at least 100 dB.',
    );
    expect(() => assertAtMost('delay', 2.3, 2.2, 'ms')).toThrow('delay: 2.3 ms, wanted at most 2.2 ms.');
    expect(() => assertNear('level', -4, -3, 0.5, 'dB')).toThrow('level: -4 dB, wanted -3 ± 0.5 dB.');
  });

  test('fail on NaN, which every comparison refuses', () => {
    expect(() => assertAtLeast('x', Number.NaN, 0, 'dB')).toThrow('NaN');
    expect(() => assertAtMost('x', Number.NaN, 0, 'dB')).toThrow('NaN');
    expect(() => assertNear('x', Number.NaN, 0, 1, 'dB')).toThrow('NaN');
  });
});

describe('assertions on samples', () => {
  test('equal samples pass; a changed, missing or negative-zero sample fails and is named', () => {
    assertSameSamples('pcm', Int16Array.of(1, 2, 3), [1, 2, 3]);
    expect(() => assertSameSamples('pcm', [1, 2, 4], [1, 2, 3])).toThrow('pcm: sample 2 is 4, wanted 3.');
    expect(() => assertSameSamples('pcm', [1, 2], [1, 2, 3])).toThrow('pcm: 2 samples, wanted 3.');
    expect(() => assertSameSamples('pcm', [-0], [0])).toThrow('sample 0');
  });

  test('close samples pass; the worst one beyond the tolerance is named, and a NaN fails', () => {
    assertCloseSamples('out', [0.1, 0.2], [0.1, 0.2001], 0.001);
    expect(() => assertCloseSamples('out', [0.1, 0.2, 0.9], [0.1, 0.21, 0.5], 0.001)).toThrow(
      'out: sample 2 is 0.9, wanted 0.5 ± 0.001.',
    );
    expect(() => assertCloseSamples('out', [0.1, Number.NaN], [0.1, 0.2], 1)).toThrow('sample 1 is NaN');
    expect(() => assertCloseSamples('out', [0.1], [0.1, 0.2], 1)).toThrow('1 samples, wanted 2');
  });
});
