import {
  assertCloseSamples,
  assertSameSamples,
  createSeededRandom,
  makeNoise,
  makeSpeechLike,
  makeTone,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { SUPPORTED_FRAME_MS } from '../src/captureChain.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { toInt16Reference } from './reference/frameReference.ts';
import { speechScoresReference } from './reference/speechReference.ts';
import { captureStream, joinFloats, joinPcm, makeDsp } from './streams.ts';

const dsp = makeDsp();

/** 1 s of quiet noise, 2 s of speech-like audio, 1 s of quiet noise. */
function makeUtterance(seed: number, sampleRate = 16_000): Float32Array {
  const random = createSeededRandom(seed);
  const quiet = () => makeNoise(random, sampleRate, 0.0005);
  return joinFloats([quiet(), makeSpeechLike({ random, sampleRate, durationMs: 2000 }), quiet()]);
}

/** One score per 20 ms. */
function scoresOf(signal: Float32Array, sampleRate = 16_000): number[] {
  const vad = dsp.createVad({ sampleRate });
  const hop = sampleRate / 50;
  return Array.from({ length: Math.floor(signal.length / hop) }, (_, t) =>
    vad.process(signal.subarray(t * hop, (t + 1) * hop)),
  );
}

describe('Vad', () => {
  test('scores equal the formula in double precision within 1e-6, over 4 s', () => {
    const utterance = makeUtterance(61);
    assertCloseSamples('scores', scoresOf(utterance), speechScoresReference(toInt16Reference(utterance)), 1e-6);
  });

  test('a capture chain gives its frames the same scores, bit by bit', () => {
    const utterance = makeUtterance(62, 48_000);
    const chainScores = captureStream(dsp, { inputSampleRate: 48_000 }, utterance, { flush: false });
    assertSameSamples(
      'scores',
      chainScores.map((frame) => frame.speechScore),
      scoresOf(utterance, 48_000),
    );
  });

  test('noise scores below 0.2, speech-like audio above 0.8 within 40 ms of its first syllable', () => {
    const scores = scoresOf(makeUtterance(63));
    expect(Math.max(...scores.slice(10, 50))).toBeLessThan(0.2);
    expect(Math.max(...scores.slice(50, 54))).toBeGreaterThan(0.8);
    expect(scores.at(-1)).toBeLessThan(0.2);
  });

  test('a steady tone stops counting as speech once it has been there for 2.2 s', () => {
    const tone = makeTone({ frequencyHz: 1000, sampleRate: 16_000, sampleCount: 16_000 * 4, amplitudeRatio: 0.1 });
    const scores = scoresOf(joinFloats([makeNoise(createSeededRandom(64), 32_000, 0.0005), tone]));
    expect(scores[100 + 50]).toBeGreaterThan(0.9);
    expect(scores[100 + 150]).toBeLessThan(0.1);
  });

  test('silence scores below 0.02, and everything before the first hop is complete 0', () => {
    expect(Math.max(...scoresOf(new Float32Array(32_000)))).toBeLessThan(0.02);
    const vad = dsp.createVad({ sampleRate: 16_000 });
    expect(vad.process(makeNoise(createSeededRandom(65), 319))).toBe(0);
  });

  test('int16 and float samples of the same audio score the same', () => {
    const pcm = toInt16Reference(makeUtterance(66));
    const [ofIntegers, ofFloats] = [dsp.createVad({ sampleRate: 16_000 }), dsp.createVad({ sampleRate: 16_000 })];
    for (let at = 0; at < pcm.length; at += 500) {
      const block = pcm.subarray(at, at + 500);
      expect(ofIntegers.process(block)).toBe(ofFloats.process(dsp.int16ToFloat32(block)));
    }
  });

  test('reset makes it as new', () => {
    const utterance = makeUtterance(67);
    const vad = dsp.createVad({ sampleRate: 16_000 });
    const run = () => Array.from({ length: 100 }, (_, t) => vad.process(utterance.subarray(t * 320, (t + 1) * 320)));
    const first = run();
    vad.reset();
    expect(run()).toEqual(first);
  });

  test.each(SUPPORTED_FRAME_MS.map((ms) => [ms]))(
    'frames of %i ms carry the score of the last hop that is complete',
    (frameMs) => {
      const utterance = makeUtterance(68);
      const hopScores = scoresOf(utterance).map(Math.fround);
      const frames = captureStream(dsp, { inputSampleRate: 16_000, frameMs }, utterance, { flush: false });
      assertSameSamples(
        'scores',
        frames.map((frame) => frame.speechScore),
        frames.map((_, index) => hopScores[Math.floor(((index + 1) * frameMs) / 20) - 1] ?? 0),
      );
    },
  );

  test.each(SUPPORTED_SAMPLE_RATES.map((rate) => [rate]))(
    '%i Hz is converted first: the scores are those of its 16 kHz frames',
    (rate) => {
      const speech = makeSpeechLike({ random: createSeededRandom(rate), sampleRate: rate, durationMs: 1000 });
      const pcm = joinPcm(captureStream(dsp, { inputSampleRate: rate }, speech, { flush: false }));
      const vad = dsp.createVad({ sampleRate: rate });
      let score = 0;
      for (let at = 0; at < speech.length; at += 1000) score = vad.process(speech.subarray(at, at + 1000));
      expect(score).toBeCloseTo(speechScoresReference(pcm).at(-1) ?? Number.NaN, 6);
    },
  );
});
