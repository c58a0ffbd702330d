import { describe, expect, test } from 'vitest';
import { assertNear } from '../assertions.ts';
import { measurePeakDb, measureRmsDb } from '../measures/level.ts';
import { findStrongestLine } from '../measures/spectrum.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { makeNoise, makePrbs } from './noise.ts';
import { makeSpeechLike } from './speechLike.ts';
import { makeChirp, makeImpulse, makeTone } from './tones.ts';

describe('signals', () => {
  test('a tone of 1000 Hz at 0.5 has its line at 1000 Hz and -6.02 dB', () => {
    const line = findStrongestLine(
      makeTone({ frequencyHz: 1000, sampleRate: 16_000, sampleCount: 16_384, amplitudeRatio: 0.5 }),
      { sampleRate: 16_000 },
    );
    assertNear('frequency', line.frequencyHz, 1000, 1, 'Hz');
    assertNear('level', line.levelDb, -6.02, 0.05, 'dB');
  });

  test('a chirp from 100 to 4000 Hz begins low and ends high', () => {
    const chirp = makeChirp({ startHz: 100, endHz: 4000, sampleRate: 16_000, sampleCount: 32_768 });
    const lineOf = (from: number) =>
      findStrongestLine(chirp.subarray(from, from + 1024), { sampleRate: 16_000 }).frequencyHz;
    assertNear('start', lineOf(0), 160, 100, 'Hz');
    assertNear('end', lineOf(32_768 - 1024), 3940, 100, 'Hz');
  });

  test('an impulse is one sample, and lies inside the signal', () => {
    expect([...makeImpulse(4, 2, 0.5)]).toEqual([0, 0, 0.5, 0]);
    expect(() => makeImpulse(4, 4)).toThrow('outside 4 samples');
  });

  test('noise has the level of a uniform distribution, -4.77 dB, and repeats with its seed', () => {
    const noise = makeNoise(createSeededRandom(5), 50_000);
    assertNear('rms', measureRmsDb(noise), -4.77, 0.1, 'dB');
    expect(makeNoise(createSeededRandom(5), 100)).toEqual(noise.slice(0, 100));
  });

  test('the binary sequence has 32767 samples per period, one more high than low', () => {
    const prbs = makePrbs(2 * 32_767);
    expect(prbs.subarray(0, 32_767).reduce((sum, value) => sum + value, 0)).toBe(1);
    expect(prbs.subarray(32_767)).toEqual(prbs.subarray(0, 32_767));
  });

  test('speech-like audio peaks where asked and is loud in syllables, 30 dB quieter in gaps', () => {
    const speech = makeSpeechLike({ random: createSeededRandom(6), sampleRate: 16_000, durationMs: 2000 });
    assertNear('peak', measurePeakDb(speech), -6.02, 0.1, 'dB');
    const rmsAt = (ms: number) => measureRmsDb(speech.subarray(ms * 16, (ms + 20) * 16));
    expect(rmsAt(80) - rmsAt(215)).toBeGreaterThan(30);
  });
});
