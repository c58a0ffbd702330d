import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { assertSameAudio } from './audioTruth.ts';

const REFERENCE = Int16Array.from(
  makeSpeechLike({ random: createSeededRandom(8), sampleRate: 16_000, durationMs: 3_000 }),
  (value) => value * 32_768,
);
const LIMITS = { minCorrelation: 0.95, toleranceSamples: 2 };

function without(from: number, count: number): Int16Array {
  return Int16Array.of(...REFERENCE.subarray(0, from), ...REFERENCE.subarray(from + count));
}

describe('assertSameAudio', () => {
  test('passes for the same audio, late by 1,000 samples and at half the level', () => {
    const late = Int16Array.of(...new Int16Array(1_000), ...REFERENCE.map((value) => value / 2));
    expect(assertSameAudio('copy', late, REFERENCE, LIMITS).lagSamples).toBe(1_000);
  });

  test('fails when one frame of 320 samples is missing in the middle', () => {
    expect(() => assertSameAudio('gap', without(20_000, 320), REFERENCE, LIMITS)).toThrow(/correlation|shift/);
  });

  test('fails when one frame is doubled', () => {
    const doubled = Int16Array.of(...REFERENCE.subarray(0, 20_320), ...REFERENCE.subarray(20_000));
    expect(() => assertSameAudio('echo', doubled, REFERENCE, LIMITS)).toThrow(/correlation|shift/);
  });

  test('fails for a shift of 8 samples near the end, which leaves the correlation high', () => {
    expect(() =>
      assertSameAudio('slip', without(40_100, 8), REFERENCE, { minCorrelation: 0.5, toleranceSamples: 2 }),
    ).toThrow(/shift/);
  });

  test('allows a silence of 50 ms that is announced, and only that', () => {
    const stretched = Int16Array.of(
      ...REFERENCE.subarray(0, 20_000),
      ...new Int16Array(800),
      ...REFERENCE.subarray(20_000),
    );
    expect(() => assertSameAudio('gap', stretched, REFERENCE, LIMITS)).toThrow(/correlation|shift/);
    expect(
      assertSameAudio('gap', stretched, REFERENCE, { ...LIMITS, jumps: { count: 1, direction: 'later' } }).lagSamples,
    ).toBe(0);
    expect(() =>
      assertSameAudio('loss', without(20_000, 320), REFERENCE, { ...LIMITS, jumps: { count: 1, direction: 'later' } }),
    ).toThrow(/shift|correlation/);
  });

  test('fails for other audio', () => {
    const other = makeSpeechLike({ random: createSeededRandom(99), sampleRate: 16_000, durationMs: 3_000 });
    expect(() => assertSameAudio('other', other, REFERENCE, LIMITS)).toThrow(/correlation/);
  });

  test('fails for other audio of one piece, also where jumps are allowed', () => {
    const other = makeSpeechLike({ random: createSeededRandom(99), sampleRate: 16_000, durationMs: 3_000 });
    const jumps = { count: 2, direction: 'either' } as const;
    const piece = REFERENCE.subarray(0, 8_000);
    expect(() => assertSameAudio('other', other, piece, { ...LIMITS, jumps })).toThrow(/none of its 1 pieces/);
  });
});
