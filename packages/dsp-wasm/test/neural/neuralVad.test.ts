import {
  assertAtLeast,
  assertAtMost,
  assertNear,
  assertSameSamples,
  createSeededRandom,
  makeNoise,
} from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createNeuralVad, loadNeuralVadAssets } from '../../src/neuralVad.ts';
import { openNeuralVad } from '../../src/neuralVadSync.ts';
import { NEURAL_STRUCT_BYTES } from '../../src/neural/neuralStage.ts';
import { VAD_CASES } from '../../src/vadContract.ts';
import { toInt16Reference } from '../reference/frameReference.ts';
import { forEachBlock, joinFloats, makeDsp, resampleStream } from '../streams.ts';
import { open, scoresOf, SHIPPED_WEIGHTS, SIMD } from './detectors.ts';
import { hopsOf, readVoice } from './goldenSignals.ts';

const MAX_INPUT_SAMPLES = 1000;
const dsp = makeDsp();
/** Ends in the middle of a word. */
const spoken = readVoice().subarray(0, 20_000);

function speechAt(sampleRate: number): Float32Array {
  if (sampleRate === 16_000) return spoken;
  const resampler = dsp.createResampler({ inputSampleRate: 16_000, outputSampleRate: sampleRate });
  return dsp.int16ToFloat32(toInt16Reference(resampleStream(resampler, spoken)));
}

describe.each([
  [16_000, 0],
  [16_000, 20],
  [44_100, 32],
])('Vad of openNeuralVad at %i Hz, spread over %i ms', (sampleRate, spreadMs) => {
  const speech = speechAt(sampleRate);
  const create = () => open({ sampleRate, spreadMs, dsp, maxInputSamples: MAX_INPUT_SAMPLES });

  test.each(VAD_CASES)('$name', async ({ check }) => {
    await expect(check({ create, speech, maxInputSamples: MAX_INPUT_SAMPLES })).resolves.toBeUndefined();
  });
});

describe('createNeuralVad', () => {
  test('finds kernel and weights inside the package, and gives the scores of openNeuralVad', async () => {
    const hops = hopsOf(spoken);
    const wanted = scoresOf(open(), hops);
    assertSameSamples('scores', scoresOf(await createNeuralVad({ sampleRate: 16_000 }), hops), wanted);
    assertSameSamples(
      'own weights',
      scoresOf(await createNeuralVad({ sampleRate: 16_000, weights: SHIPPED_WEIGHTS }), hops),
      wanted,
    );
    const assets = structuredClone(await loadNeuralVadAssets());
    assertSameSamples('assets', scoresOf(openNeuralVad(assets, { sampleRate: 16_000 }), hops), wanted);
  });

  test('converts other rates by itself: at 48 kHz the same words are heard', async () => {
    const vad = await createNeuralVad({ sampleRate: 48_000 });
    const scores: number[] = [];
    forEachBlock(speechAt(48_000), [1536], (block) => scores.push(vad.process(block)));
    const wanted = scoresOf(open(), hopsOf(spoken));
    const alike = scores.filter((score, i) => score >= 0.5 === (wanted[i] ?? 0) >= 0.5).length;
    assertAtLeast('hops that decide alike', alike / scores.length, 0.9, '');
  });

  test.each([
    [{ sampleRate: 12_345 }, 'unsupported-sample-rate'],
    [{ sampleRate: 16_000, maxInputSamples: 0 }, 'invalid-max-input'],
    [{ sampleRate: 16_000, spreadMs: 33 }, 'invalid-vad-option'],
    [{ sampleRate: 16_000, maxGainDb: -1 }, 'invalid-vad-option'],
    [{ sampleRate: 16_000, maxGainDb: Number.NaN }, 'invalid-vad-option'],
    [{ sampleRate: 16_000, weights: new Uint8Array(100) }, 'invalid-weights'],
  ])('%j is refused with %s', async (options, code) => {
    await expect(createNeuralVad(options)).rejects.toMatchObject({ code });
  });

  test('openNeuralVad without a dsp refuses 48 kHz with missing-resampler', () => {
    expect(() => openNeuralVad(SIMD, { sampleRate: 48_000 })).toThrow(
      expect.objectContaining({ code: 'missing-resampler' }),
    );
  });
});

describe('work spread over the next hop', () => {
  test('gives the scores of work done at once, 13.1 ms later of 16 ms', () => {
    const [atOnce, spread] = [open(), open({ spreadMs: 16 })];
    const step = 8;
    const [early, late] = [atOnce, spread].map((vad) => {
      const scores: number[] = [];
      forEachBlock(spoken, [step], (block) => scores.push(vad.process(block)));
      return scores;
    });
    // Nine of eleven steps, at 256 samples for all.
    const lag = Math.ceil((9 * 256) / 11 / step);
    assertSameSamples('scores', (late ?? []).slice(lag), (early ?? []).slice(0, -lag));
  });
});

describe('the gain for quiet talkers', () => {
  const gainsOf = (samples: Float32Array, options = {}): number[] => {
    const vad = open(options);
    return hopsOf(samples).map((hop) => {
      vad.process(hop);
      return vad.stage.gain;
    });
  };

  test('is 1 for what peaks at -6 dBFS or above, at once, and 20 dB at most', () => {
    const loud = Float32Array.from({ length: 16_000 }, (_, n) => 0.6 * Math.sin(n / 9));
    expect(new Set(gainsOf(loud))).toEqual(new Set([1]));
    const faint = loud.map((x) => x / 100);
    const gains = gainsOf(joinFloats(Array.from({ length: 60 }, () => faint)));
    assertNear('gain', gains.at(-1) ?? 0, 10, 1e-5, '');
    assertNear('the first gain', gains[0] ?? 0, 0.5 / (0.15 * 0.997), 1e-4, '');
    expect(Math.max(...gainsOf(faint, { maxGainDb: 0 }))).toBe(1);
  });

  test('does not rise in silence, below a peak of -50 dBFS', () => {
    const hush = makeNoise(createSeededRandom(12), 160_000, 0.0029);
    expect(new Set(gainsOf(hush)).size).toBe(1);
  });
});

describe('the network', () => {
  test('is not spoilt by samples of any size: afterwards it hears as if they had been full scale', () => {
    const huge = makeNoise(createSeededRandom(13), 5120, 3e38);
    const clipped = huge.map((x) => Math.max(-1, Math.min(1, x)));
    const run = (first: Float32Array) => scoresOf(open(), [...hopsOf(first), ...hopsOf(spoken)]);
    assertSameSamples('scores', run(huge), run(clipped));
    expect(run(huge).every(Number.isFinite)).toBe(true);
  });

  test('says 0.05 at most after ten minutes of digital silence, of noise at 1e-20 and of denormal samples', () => {
    for (const level of [0, 1e-20, 1e-42]) {
      const vad = open();
      const noise = makeNoise(createSeededRandom(14), 4096, level);
      let score = 1;
      for (let n = 0; n < (level === 0 ? 600 : 20) * 16_000; n += noise.length) score = vad.process(noise);
      assertAtMost('score', score, 0.05, '');
    }
  });

  test('stays inside its memory, which holds what the kernel needs and does not grow', () => {
    const vad = open({ maxInputSamples: 37, spreadMs: 10 });
    const { kernels, buffer, regions } = vad.stage.stage;
    expect(kernels.neuralVadBytes()).toBeLessThanOrEqual(NEURAL_STRUCT_BYTES);
    expect(kernels.heapBase()).toBeLessThanOrEqual(1024);
    const weights = regions[0] ?? expect.fail('No regions.');
    const kept = new Uint8Array(buffer, weights.offsetBytes, weights.byteLength).slice();
    const edges = regions.map(({ offsetBytes, byteLength }) => [offsetBytes, offsetBytes + byteLength] as const);
    const gaps = edges.map(([, end], i) =>
      new Uint8Array(buffer).subarray(end, edges[i + 1]?.[0] ?? buffer.byteLength),
    );
    for (const gap of gaps) gap.fill(0xa5);
    const random = createSeededRandom(15);
    for (let i = 0; i < 2000; i++) {
      vad.process(makeNoise(random, random.integer(0, 37), 2));
      if (i % 300 === 299) vad.reset();
    }
    expect(gaps.every((gap) => gap.every((byte) => byte === 0xa5))).toBe(true);
    expect(Buffer.compare(new Uint8Array(buffer, weights.offsetBytes, weights.byteLength), kept)).toBe(0);
    expect(vad.stage.stage.buffer.byteLength).toBe(buffer.byteLength);
    assertAtMost('memory', buffer.byteLength, 14 * 65_536, 'bytes');
  });
});
