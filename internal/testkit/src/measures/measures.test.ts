import { describe, expect, test } from 'vitest';
import { assertAtLeast, assertAtMost, assertNear } from '../assertions.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { makeNoise, makePrbs } from '../signals/noise.ts';
import { makeSpeechLike } from '../signals/speechLike.ts';
import { makeImpulse, makeTone } from '../signals/tones.ts';
import { findBestCorrelation, measureDelaySamples } from './correlation.ts';
import { nextPowerOfTwo, toComplex, transform, transformBack } from './fft.ts';
import { measurePeakDb, measureRmsDb } from './level.ts';
import { countResampled, splitSampleCount } from './sampleCount.ts';
import { fitSine } from './sineFit.ts';
import { findStrongestLine, measureToneDb } from './spectrum.ts';

const SAMPLE_RATE = 16_000;

function add(a: Float32Array, b: Float32Array): Float64Array {
  return Float64Array.from(a, (value, n) => value + b[n]!);
}

describe('FFT', () => {
  test('equals the plain sum of the definition on 64 random values', () => {
    const random = createSeededRandom(11);
    const signal = Array.from({ length: 64 }, () => random.next() - 0.5);
    const values = toComplex(signal, 64);
    transform(values);
    for (let k = 0; k < 64; k++) {
      const re = signal.reduce((sum, x, n) => sum + x * Math.cos((2 * Math.PI * k * n) / 64), 0);
      const im = signal.reduce((sum, x, n) => sum - x * Math.sin((2 * Math.PI * k * n) / 64), 0);
      assertNear(`re[${k}]`, values.re[k]!, re, 1e-12, '');
      assertNear(`im[${k}]`, values.im[k]!, im, 1e-12, '');
    }
    transformBack(values);
    for (const [n, x] of signal.entries()) assertNear(`x[${n}]`, values.re[n]!, x, 1e-14, '');
  });

  test('refuses a length that is not a power of two', () => {
    expect(() => transform(toComplex([1, 2, 3], 3))).toThrow('power of two, got 3');
    expect([1, 2, 3, 1025].map(nextPowerOfTwo)).toEqual([1, 2, 4, 2048]);
  });
});

describe('fitSine', () => {
  test('finds amplitude, phase and a known noise level of -60 dB within 0.2 dB', () => {
    const tone = makeTone({
      frequencyHz: 997,
      sampleRate: SAMPLE_RATE,
      sampleCount: SAMPLE_RATE,
      amplitudeRatio: 0.8,
      phaseRad: 0.7,
    });
    const noise = makeNoise(createSeededRandom(12), SAMPLE_RATE, 0.8 * 1e-3 * Math.sqrt(1.5));
    const fit = fitSine(add(tone, noise), 997, SAMPLE_RATE);
    assertNear('amplitude', fit.amplitudeRatio, 0.8, 1e-4, '');
    assertNear('phase', fit.phaseRad, 0.7, 1e-4, 'rad');
    assertNear('SNR', fit.snrDb, 60, 0.2, 'dB');
  });

  test('counts an offset, and a tone of another frequency, as noise', () => {
    const tone = makeTone({ frequencyHz: 997, sampleRate: SAMPLE_RATE, sampleCount: SAMPLE_RATE });
    assertNear(
      'SNR with offset',
      fitSine(
        tone.map((x) => x + 0.1),
        997,
        SAMPLE_RATE,
      ).snrDb,
      16.99,
      0.05,
      'dB',
    );
    assertAtMost('SNR of the wrong tone', fitSine(tone, 1503, SAMPLE_RATE).snrDb, -30, 'dB');
  });
});

describe('spectral lines', () => {
  const loud = makeTone({ frequencyHz: 1000.3, sampleRate: SAMPLE_RATE, sampleCount: 32_768 });
  const quiet = makeTone({ frequencyHz: 3100.7, sampleRate: SAMPLE_RATE, sampleCount: 32_768, amplitudeRatio: 1e-6 });
  const both = add(loud, quiet);

  test('sees a line at -120 dB beside one at 0 dB', () => {
    const line = findStrongestLine(both, { sampleRate: SAMPLE_RATE, ignoreHz: [1000.3] });
    assertNear('frequency', line.frequencyHz, 3100.7, 1, 'Hz');
    assertNear('level', line.levelDb, -120, 0.6, 'dB');
    assertNear('one line', measureToneDb(both, 3100.7, SAMPLE_RATE), -120, 0.1, 'dB');
  });

  test('a search that leaves the line out, or does not ignore the loud one, answers differently', () => {
    assertAtMost('elsewhere', findStrongestLine(both, { sampleRate: SAMPLE_RATE, fromHz: 4000 }).levelDb, -140, 'dB');
    assertNear('not ignored', findStrongestLine(both, { sampleRate: SAMPLE_RATE }).levelDb, 0, 0.4, 'dB');
  });
});

describe('correlation', () => {
  test('finds 10 s of speech-like audio 4321 samples late in 20 s of noise, and how alike they are', () => {
    const random = createSeededRandom(13);
    const speech = makeSpeechLike({ random, sampleRate: SAMPLE_RATE, durationMs: 10_000 });
    const recorded = makeNoise(random, 20 * SAMPLE_RATE, 0.001);
    for (const [n, value] of speech.entries()) recorded[4321 + n]! += -0.3 * value;
    const inverted = findBestCorrelation(
      speech,
      recorded.map((value) => -value),
    );
    expect(inverted.lagSamples).toBe(4321);
    assertAtLeast('correlation', inverted.correlation, 0.999, '');
  });

  test('unrelated noise stays below 0.05, and an early signal has a negative lag', () => {
    const random = createSeededRandom(14);
    const a = makeNoise(random, 40_000);
    const b = makeNoise(random, 40_000);
    assertAtMost('unrelated', findBestCorrelation(a, b).correlation, 0.05, '');
    expect(findBestCorrelation(a, a.slice(500)).lagSamples).toBe(-500);
  });

  test('one sample lost in the middle of 4 s shows in the correlation', () => {
    const noise = makeNoise(createSeededRandom(15), 64_000);
    const broken = new Float32Array([...noise.slice(0, 32_000), ...noise.slice(32_001)]);
    assertAtMost('correlation', findBestCorrelation(noise, broken).correlation, 0.75, '');
  });

  test('silence is an error, not a match', () => {
    expect(() => findBestCorrelation(new Float32Array(100), new Float32Array(100))).toThrow('not silent');
  });

  test('measures a delay of 17 samples on a binary sequence, and 2.5 samples on a smooth pulse', () => {
    const prbs = makePrbs(4000);
    assertNear(
      'delay',
      measureDelaySamples(prbs, new Float32Array([...new Float32Array(17), ...prbs])),
      17,
      0.01,
      'samples',
    );
    const pulse = (centre: number) =>
      Float64Array.from({ length: 100 }, (_, n) => Math.exp(-(((n - centre) / 8) ** 2)));
    assertNear('delay', measureDelaySamples(pulse(50), pulse(52.5)), 2.5, 0.01, 'samples');
    expect(Math.abs(measureDelaySamples(makeImpulse(50, 10), makeImpulse(50, 11)) - 0)).toBeGreaterThan(0.5);
  });
});

describe('levels and counts', () => {
  test('a full-scale sine is -3.01 dB RMS and 0 dB peak; half of it 6.02 dB less; silence is -Infinity', () => {
    const sine = makeTone({ frequencyHz: 1000, sampleRate: SAMPLE_RATE, sampleCount: SAMPLE_RATE });
    assertNear('rms', measureRmsDb(sine), -3.01, 0.01, 'dB');
    assertNear('peak', measurePeakDb(sine), 0, 0.01, 'dB');
    assertNear('half', measureRmsDb(sine.map((x) => x / 2)), -9.03, 0.01, 'dB');
    expect(measureRmsDb(new Float32Array(10))).toBe(Number.NEGATIVE_INFINITY);
  });

  test('one hour of 44.1 kHz is exactly 57600000 samples at 16 kHz, and one sample more is one more', () => {
    expect(countResampled(3600 * 44_100, 44_100, 16_000)).toBe(57_600_000);
    expect(countResampled(3600 * 44_100 + 1, 44_100, 16_000)).toBe(57_600_001);
  });

  test('splits add up to the whole', () => {
    expect(splitSampleCount(10, [4, 0, 3])).toEqual([4, 0, 3, 3]);
    expect(() => splitSampleCount(10, [0])).toThrow('above 0');
  });
});
