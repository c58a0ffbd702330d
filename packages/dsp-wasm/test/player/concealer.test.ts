import {
  assertAtLeast,
  assertAtMost,
  assertCloseSamples,
  assertSameSamples,
  createSeededRandom,
  makeNoise,
  makeTone,
  measureRmsDb,
} from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lagsOf } from '../../src/player/lags.ts';
import { SUPPORTED_SAMPLE_RATES } from '../../src/sampleRates.ts';
import { concealReference } from '../reference/playerReference.ts';
import { makeDsp } from '../streams.ts';
import { concealStream, largestStep, makeSpeech } from './playerStreams.ts';

const dsp = makeDsp();

/** True from `startMs` to `endMs` of each gap. */
function gaps(sampleCount: number, sampleRate: number, spansMs: readonly (readonly [number, number])[]): boolean[] {
  const isMissing = Array.from({ length: sampleCount }, () => false);
  for (const [startMs, endMs] of spansMs) {
    isMissing.fill(true, Math.round((startMs * sampleRate) / 1000), Math.round((endMs * sampleRate) / 1000));
  }
  return isMissing;
}

function timesOf(sampleRate: number) {
  const [holdSamples = 0, fadedSamples = 0, mergeSamples = 0] = [10, 60, 10].map((ms) =>
    Math.round((sampleRate * ms) / 1000),
  );
  return { holdSamples, fadedSamples, mergeSamples };
}

describe('Concealer', () => {
  test.each(SUPPORTED_SAMPLE_RATES.filter((rate) => rate <= 48_000 || rate === 96_000))(
    '%i Hz: equals its plain twin in every bit, over gaps of 1 to 90 ms, one 4 ms behind another',
    (sampleRate) => {
      const speech = makeSpeech(sampleRate, 900, sampleRate);
      const isMissing = gaps(speech.length, sampleRate, [
        [20, 21],
        [100, 120],
        [124, 144],
        [300, 390],
        [500, 540],
      ]);
      const wanted = concealReference(speech, isMissing, lagsOf(sampleRate, 5), timesOf(sampleRate));
      assertSameSamples('output', concealStream(dsp.createConcealer({ sampleRate }), speech, isMissing), wanted);
    },
  );

  test('any split gives the same bits: 60 random splits, gaps at random places', () => {
    const speech = makeSpeech(16_000, 700);
    const span = fc.tuple(fc.integer({ min: 0, max: 650 }), fc.integer({ min: 1, max: 80 }));
    const blockLengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 4 }), blockLengths, (spans, lengths) => {
        const isMissing = gaps(
          speech.length,
          16_000,
          spans.map(([start, length]) => [start, Math.min(start + length, 700)]),
        );
        const [whole, split] = [[4096], lengths].map((cut) =>
          concealStream(dsp.createConcealer({ sampleRate: 16_000 }), speech, isMissing, cut),
        );
        assertSameSamples('split', split ?? [], whole ?? []);
      }),
      { numRuns: 60, seed: 62 },
    );
  });

  test('passes everything bit by bit but for 10 ms after a gap, and counts what it made up', () => {
    const speech = makeSpeech(16_000, 500);
    const isMissing = gaps(speech.length, 16_000, [[200, 220]]);
    const concealer = dsp.createConcealer({ sampleRate: 16_000 });
    const output = concealStream(concealer, speech, isMissing);
    assertSameSamples('before', output.subarray(0, 3200), speech.subarray(0, 3200));
    assertSameSamples('behind', output.subarray(3520 + 160), speech.subarray(3520 + 160));
    expect(concealer.concealedSamples).toBe(320);
    concealer.reset();
    expect(concealer.concealedSamples).toBe(0);
  });

  test('goes on with a voice of 125 Hz as if nothing were missing: 10 ms within 0.001, then fades to silence at 60 ms', () => {
    const tone = (frequencyHz: number, amplitudeRatio: number): Float32Array =>
      makeTone({ frequencyHz, amplitudeRatio, sampleRate: 16_000, sampleCount: 8000 });
    const [low, high] = [tone(125, 0.4), tone(500, 0.2)];
    const voice = low.map((x, n) => x + (high[n] ?? 0));
    const output = concealStream(dsp.createConcealer({ sampleRate: 16_000 }), voice, gaps(8000, 16_000, [[250, 350]]));
    assertCloseSamples('10 ms', output.subarray(4000, 4160), voice.subarray(4000, 4160), 0.001);
    const levels = [0, 10, 20, 30, 40, 50].map((ms) => measureRmsDb(output.subarray(4000 + ms * 16, 4160 + ms * 16)));
    for (const [i, level] of levels.entries()) if (i > 1) assertAtMost('level', level, (levels[i - 1] ?? 0) - 1, 'dB');
    expect(output.subarray(4960, 5600).every((x) => x === 0)).toBe(true);
    assertAtMost('step', largestStep(output), largestStep(voice) * 1.01, '');
  });

  test.each([5, 20, 60])('gaps of %d ms make no larger steps than speech has, at 40 places', (gapMs) => {
    const random = createSeededRandom(63 + gapMs);
    const speech = makeSpeech(16_000, 8000, 3);
    const spans = Array.from({ length: 40 }, (_, i): [number, number] => {
      const startMs = 100 + i * 190 + random.integer(0, 90);
      return [startMs, startMs + gapMs];
    });
    const output = concealStream(
      dsp.createConcealer({ sampleRate: 16_000 }),
      speech,
      gaps(speech.length, 16_000, spans),
    );
    assertAtMost('step', largestStep(output), largestStep(speech) * 1.02, String(random));
  });

  test('what is made up is nearer to what was missing than silence: 6 dB over the first 10 ms of 200 gaps in voiced speech', () => {
    const speech = makeSpeech(16_000, 40_000, 8);
    const spans = Array.from({ length: 200 }, (_, i): [number, number] => [100 + i * 190, 120 + i * 190]);
    const output = concealStream(
      dsp.createConcealer({ sampleRate: 16_000 }),
      speech,
      gaps(speech.length, 16_000, spans),
    );
    let [missing, wrong] = [0, 0];
    for (const [startMs] of spans) {
      for (let n = startMs * 16; n < startMs * 16 + 160; n++) {
        missing += (speech[n] ?? 0) ** 2;
        wrong += ((output[n] ?? 0) - (speech[n] ?? 0)) ** 2;
      }
    }
    assertAtLeast('gain over silence', 10 * Math.log10(missing / wrong), 6, 'dB');
  });

  test('a gap before any audio is silent, and NaN and infinities count as 0', () => {
    const concealer = dsp.createConcealer({ sampleRate: 48_000 });
    expect(concealer.conceal(480).every((x) => x === 0)).toBe(true);
    const noise = makeNoise(createSeededRandom(64), 1000);
    noise.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 700);
    expect(concealer.process(noise).every(Number.isFinite)).toBe(true);
    expect(concealer.conceal(480).every(Number.isFinite)).toBe(true);
  });
});
