import {
  assertAtLeast,
  assertAtMost,
  assertNear,
  assertSameSamples,
  createSeededRandom,
  findStrongestLine,
  makeNoise,
  makeTone,
} from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lagsOf } from '../../src/player/lags.ts';
import { SUPPORTED_SAMPLE_RATES } from '../../src/sampleRates.ts';
import { stretchReference } from '../reference/playerReference.ts';
import { joinFloats, makeDsp } from '../streams.ts';
import { largestStep, makeSpeech, measureFluxDb, measureSimilarity, stretchStream } from './playerStreams.ts';

const dsp = makeDsp();
const HALF_A_MINUTE = makeSpeech(16_000, 30_000);
const RATIOS = [0.85, 0.9, 0.97, 1.03, 1.1, 1.15];

describe('TimeStretch', () => {
  test.each(SUPPORTED_SAMPLE_RATES.filter((rate) => rate <= 48_000 || rate === 96_000))(
    '%i Hz: equals its plain twin in every bit, at six ratios in turn',
    (sampleRate) => {
      const speech = makeSpeech(sampleRate, 1800, sampleRate);
      const length = Math.floor(speech.length / RATIOS.length);
      const parts = RATIOS.map((ratio, i) => ({ ratio, samples: speech.subarray(i * length, (i + 1) * length) }));
      const { output, joins } = stretchReference(parts, lagsOf(sampleRate));
      expect(joins.length).toBeGreaterThan(6);
      assertSameSamples('output', stretchStream(dsp.createTimeStretch({ sampleRate }), parts), output);
    },
  );

  test('any split of the input gives the same bits: 60 random splits, the ratio changing on the way', () => {
    const noise = joinFloats([makeSpeech(16_000, 600), makeNoise(createSeededRandom(5), 3000)]);
    const ratio = fc.double({ min: 0.85, max: 1.15, noNaN: true });
    const blockLengths = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ratio, ratio, blockLengths, (first, second, lengths) => {
        const parts = [
          { samples: noise.subarray(0, 5000), ratio: first },
          { samples: noise.subarray(5000, 9000), ratio: 1 },
          { samples: noise.subarray(9000), ratio: second },
        ];
        const [whole, split] = [[4096], [...lengths, 1]].map((cut) =>
          stretchStream(dsp.createTimeStretch({ sampleRate: 16_000 }), parts, cut),
        );
        assertSameSamples('split', split ?? [], whole ?? []);
      }),
      { numRuns: 60, seed: 61 },
    );
  });

  test('at ratio 1 every sample comes back at once, bit by bit', () => {
    const stretch = dsp.createTimeStretch({ sampleRate: 24_000 });
    const noise = makeNoise(createSeededRandom(6), 10_000);
    for (let at = 0; at < noise.length; at += 479) {
      const block = noise.subarray(at, at + 479);
      assertSameSamples('block', stretch.process(block), block);
    }
  });

  test('taken + inserted = returned + held + removed after each of 3000 blocks, whatever the ratio, to the last sample', () => {
    const random = createSeededRandom(7);
    const speech = makeSpeech(16_000, 2000);
    const stretch = dsp.createTimeStretch({ sampleRate: 16_000 });
    let [taken, returned] = [0, 0];
    const check = (): void => {
      const { heldSamples, removedSamples, insertedSamples } = stretch;
      expect(taken + insertedSamples, String(random)).toBe(returned + heldSamples + removedSamples);
      assertAtMost('held back', heldSamples, 400, 'samples');
    };
    for (let i = 0; i < 3000; i++) {
      if (i % 40 === 0) stretch.ratio = i % 120 === 0 ? 1 : 0.85 + 0.3 * random.next();
      const at = random.integer(0, 20_000);
      const block = speech.subarray(at, at + random.integer(0, 400));
      taken += block.length;
      returned += stretch.process(block).length;
      check();
    }
    expect(Math.min(stretch.insertedSamples, stretch.removedSamples)).toBeGreaterThan(1000);
    const { heldSamples } = stretch;
    expect(stretch.flush().length).toBe(heldSamples);
    expect(stretch.heldSamples + stretch.insertedSamples + stretch.removedSamples).toBe(0);
  });

  test.each(RATIOS)('30 s at ratio %d last 30 s times that, to 20 ms: nothing adds up', (ratio) => {
    const speech = HALF_A_MINUTE;
    const stretch = dsp.createTimeStretch({ sampleRate: 16_000 });
    const output = stretchStream(stretch, [{ samples: speech, ratio }], [960]);
    const wantedMs = (speech.length - stretch.heldSamples) * (ratio / 16);
    assertNear('duration', output.length / 16, wantedMs, 20, 'ms');
  });

  test.each(RATIOS)('ratio %d leaves a voice of 130 Hz its pitch: every harmonic at its place within 1 Hz', (ratio) => {
    const harmonics = [130, 260, 390, 520, 1040];
    const tones = harmonics.map((frequencyHz) => makeTone({ frequencyHz, sampleRate: 16_000, sampleCount: 32_000 }));
    const voice = Float32Array.from({ length: 32_000 }, (_, n) =>
      tones.reduce((sum, x, i) => sum + (x[n] ?? 0) / (i + 6), 0),
    );
    const output = stretchStream(dsp.createTimeStretch({ sampleRate: 16_000 }), [{ samples: voice, ratio }]);
    const part = output.subarray(4000, 4000 + 16_384);
    const { frequencyHz } = findStrongestLine(part, { sampleRate: 16_000 });
    assertNear('strongest line', frequencyHz, 130, 1, 'Hz');
    const ignoreHz = harmonics.flatMap((hz) => Array.from({ length: 25 }, (_, i) => hz + i - 12));
    const rest = findStrongestLine(part, { sampleRate: 16_000, ignoreHz });
    assertAtMost('anything else', rest.levelDb - findStrongestLine(part, { sampleRate: 16_000 }).levelDb, -30, 'dB');
  });

  test.each([0.85, 1.15])(
    'ratio %d: joins have no larger steps than speech itself, and at most 1.15 times its spectral flux',
    (ratio) => {
      const speech = makeSpeech(16_000, 12_000, 4);
      const { output, joins } = stretchReference([{ samples: speech, ratio }], lagsOf(16_000));
      expect(joins.length).toBeGreaterThan(80);
      const steps = joins.map((at) => largestStep(output, at, at + 160));
      assertAtMost('largest step at a join', Math.max(...steps), largestStep(speech), '');
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const places = Array.from({ length: 200 }, (_, i) => 1000 + i * 900);
      const usual = mean(places.map((at) => measureFluxDb(speech, at, 16_000)));
      const atJoins = mean(joins.map((at) => measureFluxDb(output, at + 80, 16_000)));
      assertAtMost('flux at joins over flux anywhere', atJoins / usual, 1.15, '');
    },
  );

  test.each([0.87, 0.95, 1.05, 1.149])(
    'speech at ratio %d and back again is what it was: similarity ≥ 0.95',
    (ratio) => {
      const speech = makeSpeech(16_000, 4000, 9);
      const there = stretchStream(dsp.createTimeStretch({ sampleRate: 16_000 }), [{ samples: speech, ratio }]);
      const back = stretchStream(dsp.createTimeStretch({ sampleRate: 16_000 }), [{ samples: there, ratio: 1 / ratio }]);
      assertAtLeast('similarity', measureSimilarity(speech, back, 16_000), 0.95, '');
    },
  );

  test('the measures can fail: other speech is less alike than 0.8, and noise that ends has more flux than speech', () => {
    const speech = makeSpeech(16_000, 4000, 9);
    assertAtMost('similarity', measureSimilarity(speech, makeSpeech(16_000, 4000, 10), 16_000), 0.8, '');
    const cut = joinFloats([makeNoise(createSeededRandom(8), 800), new Float32Array(800)]);
    assertAtLeast('flux', measureFluxDb(cut, 800, 16_000), 20, 'dB');
    expect(largestStep([0, 0.1, -0.4, 0])).toBeCloseTo(0.5, 12);
  });

  test('NaN and infinities count as 0', () => {
    const stretch = dsp.createTimeStretch({ sampleRate: 16_000, ratio: 0.9 });
    const block = new Float32Array(640).fill(0.25);
    block.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 100);
    for (let i = 0; i < 20; i++) expect(stretch.process(block).every(Number.isFinite)).toBe(true);
  });
});
