import { describe, expect, test } from 'vitest';
import { FUZZ_FRAMES, fuzz } from './fuzzing.ts';

describe('fuzz', () => {
  test('takes every step once, in order', () => {
    const steps: number[] = [];
    fuzz(5, (i) => steps.push(i));
    expect(steps).toEqual([0, 1, 2, 3, 4]);
  });

  test('fails when 400 steps keep 100 kB each', () => {
    const kept: number[][] = [];
    expect(() => fuzz(400, (i) => kept.push(Array.from({ length: 25_000 }, (_, n) => n + i + 0.5)))).toThrow(
      /heap added by the second half/,
    );
  });

  test('the vendors share at least 200,000 frames in CI', () => {
    if (process.env['VOICEWIRE_FUZZ_FRAMES'] !== undefined) return;
    expect(Object.values(FUZZ_FRAMES).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(200_000);
  });
});
