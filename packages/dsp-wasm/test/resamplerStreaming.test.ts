import { assertSameSamples, countResampled, createSeededRandom, makeNoise } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_SIZES, COMMON_SAMPLE_RATES, joinFloats, makeDsp, ratePairs, resampleStream } from './streams.ts';

const dsp = makeDsp();
const pairs = ratePairs(COMMON_SAMPLE_RATES);

describe('Resampler as a stream', () => {
  test.each(pairs)(
    '%i to %i Hz gives the same bits for blocks of 1, 127, 128, 129, 480 and 4096 samples',
    (from, to) => {
      const random = createSeededRandom(from + to);
      const noise = makeNoise(random, 6000);
      const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
      const wanted = resampleStream(resampler, noise, [4096]);
      for (const size of BLOCK_SIZES) {
        resampler.reset();
        assertSameSamples(`blocks of ${size}, ${random}`, resampleStream(resampler, noise, [size]), wanted);
      }
    },
  );

  test('any split at all gives the same bits: 200 random splits of random pairs', () => {
    const noise = makeNoise(createSeededRandom(31), 3000);
    const blockLengths = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...pairs), blockLengths, ([from, to], lengths) => {
        const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
        const whole = resampleStream(resampler, noise, [3000]);
        resampler.reset();
        assertSameSamples('split', resampleStream(resampler, noise, [...lengths, 1]), whole);
      }),
      { numRuns: 200, seed: 31 },
    );
  });

  test.each([
    [11_025, 192_000],
    [192_000, 11_025],
  ])(
    '%i to %i Hz gives the same bits for the largest block there is, 524288 samples, as for blocks of 4096',
    (from, to) => {
      const noise = makeNoise(createSeededRandom(32), 2 ** 19);
      const options = { inputSampleRate: from, outputSampleRate: to, maxInputSamples: noise.length };
      const resampler = dsp.createResampler(options);
      const wanted = resampleStream(resampler, noise, [4096]);
      expect(wanted.length).toBe(countResampled(noise.length, from, to));
      resampler.reset();
      assertSameSamples('in one block', resampler.process(noise), wanted);
    },
  );

  test.each(pairs)('%i to %i Hz has returned ceil(n·out/in) samples after every block', (from, to) => {
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
    const random = createSeededRandom(from * 3 + to);
    let taken = 0;
    let returned = 0;
    for (let i = 0; i < 500; i++) {
      const length = random.integer(0, 300);
      returned += resampler.process(new Float32Array(length)).length;
      taken += length;
      if (returned !== countResampled(taken, from, to)) {
        expect.fail(`${returned} samples after ${taken}, wanted ${countResampled(taken, from, to)}; ${random}`);
      }
    }
    expect(taken).toBeGreaterThan(50_000);
  });

  test.each([
    [44_100, 16_000],
    [16_000, 44_100],
  ])('an hour of %i Hz in blocks of 4096 becomes exactly an hour of %i Hz', (from, to) => {
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
    const block = new Float32Array(4096);
    const hourSamples = 3600 * from;
    let returned = 0;
    for (let left = hourSamples; left > 0; left -= 4096) {
      returned += resampler.process(left >= 4096 ? block : block.subarray(0, left)).length;
    }
    expect(returned).toBe(3600 * to);
  });

  test.each(pairs)(
    '%i to %i Hz: flush returns groupDelaySamples samples, the filtered rest and nothing else',
    (from, to) => {
      const random = createSeededRandom(from * 5 + to);
      const noise = makeNoise(random, 1500);
      const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, maxInputSamples: 1500 });
      const body = resampleStream(resampler, noise, [100]);
      const tail = resampler.flush().slice();
      expect(tail.length).toBe(resampler.groupDelaySamples);
      // What a stream that goes on with silence would have returned next.
      const followedBySilence = resampleStream(resampler, joinFloats([noise, new Float32Array(4000)]), [1500]);
      const wanted = followedBySilence.subarray(0, body.length + tail.length);
      assertSameSamples(`body and tail, ${random}`, joinFloats([body, tail]), wanted);
    },
  );

  test.each(pairs)(
    '%i to %i Hz at low latency: any blocks give the same bits, flush returns ceil(groupDelaySamples) of the rest',
    (from, to) => {
      const random = createSeededRandom(from * 13 + to);
      const noise = makeNoise(random, 3000);
      const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality: 'low-latency' });
      const body = resampleStream(resampler, noise, [100, 1, 127]);
      const tail = resampler.flush().slice();
      expect(body.length).toBe(countResampled(3000, from, to));
      expect(tail.length).toBe(Math.ceil(resampler.groupDelaySamples));
      const followedBySilence = resampleStream(resampler, joinFloats([noise, new Float32Array(1000)]), [4000]);
      const wanted = followedBySilence.subarray(0, body.length + tail.length);
      assertSameSamples(`body and tail, ${random}`, joinFloats([body, tail]), wanted);
    },
  );

  test('flush and reset begin a new stream; flushing an empty one returns nothing', () => {
    const noise = makeNoise(createSeededRandom(33), 3000);
    const resampler = dsp.createResampler({ inputSampleRate: 44_100, outputSampleRate: 16_000 });
    expect(resampler.flush().length).toBe(0);
    const wanted = resampleStream(resampler, noise);
    resampler.flush();
    expect(resampler.flush().length).toBe(0);
    assertSameSamples('after flush', resampleStream(resampler, noise), wanted);
    resampler.process(noise.subarray(0, 777));
    resampler.reset();
    expect(resampler.flush().length).toBe(0);
    assertSameSamples('after reset', resampleStream(resampler, noise), wanted);
  });

  test('two resamplers of one Dsp do not share a sample', () => {
    const random = createSeededRandom(34);
    const [a, b] = [makeNoise(random, 2000), makeNoise(random, 2000)];
    const make = () => dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
    const [alone, first, second] = [make(), make(), make()];
    const wanted = resampleStream(alone, a);
    const parts: Float32Array[] = [];
    for (let at = 0; at < 2000; at += 100) {
      parts.push(first.process(a.subarray(at, at + 100)).slice());
      second.process(b.subarray(at, at + 100));
    }
    assertSameSamples('interleaved', joinFloats(parts), wanted);
  });
});
