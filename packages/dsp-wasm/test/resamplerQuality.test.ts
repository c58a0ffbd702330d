import {
  assertAtLeast,
  assertAtMost,
  assertNear,
  findStrongestLine,
  fitSine,
  makeImpulse,
  makeTone,
  measureDelaySamples,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import type { ResamplerQuality } from '../src/quality.ts';
import { makeDsp, ratePairs, resampleStream } from './streams.ts';

const dsp = makeDsp();
const allRates: readonly number[] = SUPPORTED_SAMPLE_RATES;
const pairs = ratePairs(allRates);
const ANALYSED_SAMPLES = 8192;

/** The steady part of a full-scale tone after conversion. */
function convertTone(
  from: number,
  to: number,
  frequencyHz: number,
  quality: ResamplerQuality = 'balanced',
): Float32Array {
  const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality });
  // A minimum-phase filter comes early and rings on: 120 taps at twice the lower rate, and a little.
  const runInSamples = Math.ceil(2 * resampler.groupDelaySamples + 16 + (70 * to) / Math.min(from, to));
  const sampleCount = Math.ceil(((runInSamples + ANALYSED_SAMPLES) * from) / to);
  const output = resampleStream(resampler, makeTone({ frequencyHz, sampleRate: from, sampleCount }));
  resampler.dispose();
  return output.subarray(runInSamples, runInSamples + ANALYSED_SAMPLES);
}

function lowerNyquistHz(from: number, to: number): number {
  return Math.min(from, to) / 2;
}

/** `count` frequencies from `startHz` to just below `endHz`, none of them a divisor of a sample rate. */
function spreadHz(startHz: number, endHz: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => startHz + ((endHz - startHz) * i) / count + (i === 0 ? 0 : Math.PI));
}

describe('Resampler quality, balanced', () => {
  // Measured over all pairs: -100.3 dB at worst (24 to 8 kHz, 48 to 16 and 96 to 32).
  test.each(pairs.filter(([from, to]) => from > to * 1.125))(
    '%i to %i Hz: no tone from 1.125 × the lower Nyquist on leaves more than -100 dB anywhere',
    (from, to) => {
      for (const frequencyHz of spreadHz(1.125 * lowerNyquistHz(from, to), from / 2, 12)) {
        const { levelDb } = findStrongestLine(convertTone(from, to, frequencyHz), { sampleRate: to });
        assertAtMost(`alias of ${frequencyHz.toFixed(1)} Hz`, levelDb, -100, 'dB');
      }
    },
  );

  // Measured over all pairs, at worst: images at -103.5 dB, 0.0087 dB of ripple, SNR 103.4 dB, -0.036 dB at 0.9.
  test.each(pairs)(
    '%i to %i Hz passes to 0.875 × the lower Nyquist: ripple ≤ 0.01 dB, images ≤ -100 dB, SNR ≥ 100 dB',
    (from, to) => {
      const topHz = 0.875 * lowerNyquistHz(from, to);
      for (const frequencyHz of [...spreadHz(0.02 * topHz, topHz, 6), topHz]) {
        const tone = convertTone(from, to, frequencyHz);
        const { amplitudeRatio, snrDb } = fitSine(tone, frequencyHz, to);
        const image = findStrongestLine(tone, { sampleRate: to, ignoreHz: [frequencyHz] });
        assertNear(`gain at ${frequencyHz.toFixed(1)} Hz`, 20 * Math.log10(amplitudeRatio), 0, 0.01, 'dB');
        assertAtMost(`image of ${frequencyHz.toFixed(1)} Hz`, image.levelDb, -100, 'dB');
        assertAtLeast(`SNR at ${frequencyHz.toFixed(1)} Hz`, snrDb, 100, 'dB');
      }
      const edgeHz = 0.9 * lowerNyquistHz(from, to);
      const edge = fitSine(convertTone(from, to, edgeHz), edgeHz, to);
      assertAtLeast('gain at 0.9 × the lower Nyquist', 20 * Math.log10(edge.amplitudeRatio), -0.1, 'dB');
    },
  );

  test.each(pairs)(
    '%i to %i Hz: the reported group delay is where an impulse comes out, within 0.01 samples',
    (from, to) => {
      const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to });
      // An input index that is also an output index, so that the expected place is a whole number.
      const period = from / greatestCommonDivisor(from, to);
      const impulseAt = period * Math.ceil(2000 / period);
      const output = resampleStream(resampler, makeImpulse(impulseAt + 4000, impulseAt));
      const expectedAt = (impulseAt * to) / from;
      const measured = measureDelaySamples(makeImpulse(output.length, expectedAt), output);
      assertNear('delay', measured, resampler.groupDelaySamples, 0.01, 'samples');
      assertNear('delay', resampler.groupDelayMs, (resampler.groupDelaySamples * 1000) / to, 1e-9, 'ms');
      const limitMs = 2.2 * Math.max(1, 8000 / lowerNyquistHz(from, to));
      assertAtMost('delay', resampler.groupDelayMs, limitMs, 'ms');
    },
  );

  // A tone at -1 dBFS that is rounded and nothing else keeps 96.98 to 97.15 dB, by the pattern of its samples.
  test.each(pairs)(
    '%i to %i Hz, then int16: 997 Hz at -1 dBFS keeps the SNR of 97 dB that rounding leaves',
    (from, to) => {
      const round = (tone: Float32Array) => dsp.int16ToFloat32(dsp.float32ToInt16(tone));
      const amplitudeRatio = 10 ** (-1 / 20);
      const tone = convertTone(from, to, 997).map((sample) => sample * amplitudeRatio);
      // The same tone without what conversion added: its pattern depends on level and phase.
      const exact = makeTone({
        ...fitSine(tone, 997, to),
        frequencyHz: 997,
        sampleRate: to,
        sampleCount: ANALYSED_SAMPLES,
      });
      const leastDb = fitSine(round(exact), 997, to).snrDb - 0.1;
      assertAtLeast('SNR in int16', fitSine(round(tone), 997, to).snrDb, leastDb, 'dB');
      assertAtLeast('SNR in float', fitSine(tone, 997, to).snrDb, 114, 'dB');
    },
  );

  test('a tone that the filter must pass is far above the alias limit, so the limit can fail', () => {
    const passed = findStrongestLine(convertTone(48_000, 16_000, 7000), { sampleRate: 16_000 });
    expect(passed.levelDb).toBeGreaterThan(-0.5);
    const inTransition = findStrongestLine(convertTone(48_000, 16_000, 8100), { sampleRate: 16_000 });
    expect(inTransition.levelDb).toBeGreaterThan(-20);
  });
});

describe('Resampler quality, best', () => {
  // Measured over all pairs: aliases at -124.6 dB, images at -124.8 dB at worst.
  test.each(pairs)('%i to %i Hz: no alias and no image above -120 dB anywhere', (from, to) => {
    const nyquistHz = lowerNyquistHz(from, to);
    if (from / 2 > 1.125 * nyquistHz) {
      for (const frequencyHz of spreadHz(1.125 * nyquistHz, from / 2, 12)) {
        const { levelDb } = findStrongestLine(convertTone(from, to, frequencyHz, 'best'), { sampleRate: to });
        assertAtMost(`alias of ${frequencyHz.toFixed(1)} Hz`, levelDb, -120, 'dB');
      }
    }
    for (const frequencyHz of spreadHz(0.02 * nyquistHz, 0.875 * nyquistHz, 6)) {
      const tone = convertTone(from, to, frequencyHz, 'best');
      const image = findStrongestLine(tone, { sampleRate: to, ignoreHz: [frequencyHz] });
      assertAtMost(`image of ${frequencyHz.toFixed(1)} Hz`, image.levelDb, -120, 'dB');
    }
  });

  test.each(pairs)('%i to %i Hz: an impulse comes out where the reported delay says', (from, to) => {
    const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality: 'best' });
    const period = from / greatestCommonDivisor(from, to);
    const impulseAt = period * Math.ceil(2000 / period);
    const output = resampleStream(resampler, makeImpulse(impulseAt + 4000, impulseAt));
    const measured = measureDelaySamples(makeImpulse(output.length, (impulseAt * to) / from), output);
    assertNear('delay', measured, resampler.groupDelaySamples, 0.01, 'samples');
  });
});

describe('Resampler quality, low-latency', () => {
  // Measured over all pairs, at worst: aliases at -106.3 dB, images at -111.5 dB, 0.0086 dB of ripple.
  test.each(pairs)('%i to %i Hz: no alias and no image above -100 dB anywhere, ripple ≤ 0.01 dB', (from, to) => {
    const nyquistHz = lowerNyquistHz(from, to);
    if (from / 2 > 1.125 * nyquistHz) {
      for (const frequencyHz of spreadHz(1.125 * nyquistHz, from / 2, 8)) {
        const { levelDb } = findStrongestLine(convertTone(from, to, frequencyHz, 'low-latency'), { sampleRate: to });
        assertAtMost(`alias of ${frequencyHz.toFixed(1)} Hz`, levelDb, -100, 'dB');
      }
    }
    for (const frequencyHz of [...spreadHz(0.02 * nyquistHz, 0.875 * nyquistHz, 5), 0.875 * nyquistHz]) {
      const tone = convertTone(from, to, frequencyHz, 'low-latency');
      const { amplitudeRatio, snrDb } = fitSine(tone, frequencyHz, to);
      const image = findStrongestLine(tone, { sampleRate: to, ignoreHz: [frequencyHz] });
      assertNear(`gain at ${frequencyHz.toFixed(1)} Hz`, 20 * Math.log10(amplitudeRatio), 0, 0.01, 'dB');
      assertAtMost(`image of ${frequencyHz.toFixed(1)} Hz`, image.levelDb, -100, 'dB');
      assertAtLeast(`SNR at ${frequencyHz.toFixed(1)} Hz`, snrDb, 100, 'dB');
    }
  });

  test.each(pairs)(
    '%i to %i Hz: the reported delay is the group delay of its impulse response at 1 kHz',
    (from, to) => {
      const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality: 'low-latency' });
      const period = from / greatestCommonDivisor(from, to);
      const impulseAt = period * Math.ceil(2000 / period);
      const output = resampleStream(resampler, makeImpulse(impulseAt + 4000, impulseAt));
      const response = output.subarray((impulseAt * to) / from);
      const measured = measureGroupDelaySamples(response, 1000 / to);
      assertNear('delay', measured, resampler.groupDelaySamples, 0.01, 'samples');
      assertNear('delay', resampler.groupDelayMs, (resampler.groupDelaySamples * 1000) / to, 1e-9, 'ms');
    },
  );

  test('48 to 16 kHz is 0.19 ms late at 1 kHz, and no more than 0.6 ms anywhere up to 7 kHz', () => {
    const resampler = dsp.createResampler({
      inputSampleRate: 48_000,
      outputSampleRate: 16_000,
      quality: 'low-latency',
    });
    assertAtMost('delay', resampler.groupDelayMs, 0.19, 'ms');
    const response = resampleStream(resampler, makeImpulse(4800, 0));
    for (let frequencyHz = 100; frequencyHz <= 7000; frequencyHz += 100) {
      const delaySamples = measureGroupDelaySamples(response, frequencyHz / 16_000);
      assertAtMost(`delay at ${frequencyHz} Hz`, delaySamples / 16, 0.6, 'ms');
    }
  });

  test('the measure of group delay finds 12 samples for an impulse 12 samples late', () => {
    expect(measureGroupDelaySamples(makeImpulse(100, 12), 0.07)).toBeCloseTo(12, 9);
  });
});

/** From the phases of the response a little below and above the frequency, a ratio of the sample rate. */
function measureGroupDelaySamples(response: Float32Array, frequencyRatio: number): number {
  const halfStep = 1e-5;
  const phaseAt = (ratio: number): number => {
    let [re, im] = [0, 0];
    for (const [n, sample] of response.entries()) {
      re += sample * Math.cos(2 * Math.PI * ratio * n);
      im -= sample * Math.sin(2 * Math.PI * ratio * n);
    }
    return Math.atan2(im, re);
  };
  const turn = phaseAt(frequencyRatio - halfStep) - phaseAt(frequencyRatio + halfStep);
  const unwrapped = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  return unwrapped / (2 * Math.PI * 2 * halfStep);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
