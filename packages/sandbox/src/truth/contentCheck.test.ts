import { createSeededRandom, makeNoise, makePrbs, makeSpeechLike, makeTone } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { ContentCheck } from './contentCheck.ts';

const SEED = 31;
const SECOND = 16_000;

/** Feeds whole frames and returns what was reported. */
function check(pcm: Int16Array): string[] {
  const reports: string[] = [];
  const content = new ContentCheck((fault, severity, detail) => reports.push(`${fault} ${severity}: ${detail}`));
  for (let at = 0; at + 320 <= pcm.length; at += 320) content.frame(pcm.subarray(at, at + 320));
  return reports;
}

function toPcm(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))));
}

/** The same bytes, each pair the other way round. */
function swapBytes(pcm: Int16Array): Int16Array {
  return new Int16Array(new Uint8Array(Buffer.from(new Uint8Array(pcm.slice().buffer)).swap16()).buffer);
}

/** Float32 samples read as int16. */
function reinterpret(samples: Float32Array): Int16Array {
  return new Int16Array(samples.slice().buffer);
}

const speech = makeSpeechLike({ random: createSeededRandom(SEED), sampleRate: 16_000, durationMs: 3000 });
const quietSpeech = speech.map((x) => x * 0.02);

describe(`ContentCheck (seed ${SEED})`, () => {
  test.each([
    ['speech', toPcm(speech)],
    ['speech at -40 dB', toPcm(quietSpeech)],
    ['silence', new Int16Array(3 * SECOND)],
    ['noise of ± 1 digit', toPcm(makeNoise(createSeededRandom(1), 3 * SECOND, 1 / 32_768))],
    ['white noise at -10 dB', toPcm(makeNoise(createSeededRandom(2), 3 * SECOND, 0.5))],
    [
      'a tone of 440 Hz',
      toPcm(makeTone({ frequencyHz: 440, sampleRate: 16_000, sampleCount: 3 * SECOND, amplitudeRatio: 0.5 })),
    ],
    [
      'a tone of 7 kHz',
      toPcm(makeTone({ frequencyHz: 7000, sampleRate: 16_000, sampleCount: 3 * SECOND, amplitudeRatio: 0.5 })),
    ],
    ['a binary sequence', toPcm(makePrbs(3 * SECOND, 0.5))],
  ])('%s is in order', (_name, pcm) => {
    expect(check(pcm)).toEqual([]);
  });

  test('big-endian speech is fatal in every second of it', () => {
    expect(check(swapBytes(toPcm(speech)))).toEqual(
      Array.from({ length: 3 }, () => 'byteOrder fatal: samples are big-endian, wanted little-endian'),
    );
  });

  test('Float32 speech in frames of the right length is fatal', () => {
    const reports = check(reinterpret(speech));
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(reports[0]).toMatch(/^float fatal: \d+ of 50 frames hold Float32 samples, wanted int16$/);
  });

  test('stereo with equal channels is fatal', () => {
    const mono = toPcm(speech);
    const stereo = Int16Array.from({ length: 2 * mono.length }, (_, i) => mono[i >> 1] ?? 0);
    expect(check(stereo)[0]).toBe('channels fatal: every sample comes twice: stereo sent as mono, or 8000 Hz repeated');
  });

  test('2 % of clipped samples are a note, 0.5 % are none', () => {
    const withPeaks = (every: number): Int16Array => toPcm(speech).map((x, i) => (i % every === 0 ? 32_767 : x));
    expect(check(withPeaks(50))[0]).toBe('level note: 2.0 % of a second is clipped');
    expect(check(withPeaks(200))).toEqual([]);
  });

  test('int16 audio around 15000, where every sample looks like the upper half of a float, is only its DC', () => {
    const pcm = toPcm(makeNoise(createSeededRandom(3), SECOND, 0.01).map((x) => x + 15_000 / 32_768));
    expect(check(pcm)).toEqual([
      expect.stringMatching(
        /^level note: the mean of a second is 15\d{3}|^level note: the mean of a second is 149\d\d/,
      ),
    ]);
  });

  test('a constant of 5000 is a note', () => {
    expect(check(new Int16Array(SECOND).fill(5000))).toEqual(['level note: the mean of a second is 5000 of 32768']);
  });

  test('speech that is too loud and wraps around is fatal; the same, saturated, is only clipped', () => {
    const loud = speech.map((x) => x * 6);
    const wrapped = Int16Array.from(loud, (x) => Math.round(x * 32_768));
    expect(check(wrapped)[0]).toMatch(/^level fatal: \d+ samples of a second wrapped around$/);
    expect(check(toPcm(loud)).filter((report) => report.includes('fatal'))).toEqual([]);
  });

  test('white noise at full scale does not look wrapped', () => {
    const noise = toPcm(makeNoise(createSeededRandom(4), 3 * SECOND, 1));
    expect(check(noise).filter((report) => report.includes('wrapped'))).toEqual([]);
  });
});
