import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertSameSamples, createSeededRandom, makeNoise, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Dsp } from '../src/dsp.ts';
import { TpdfDither } from '../src/dither.ts';
import { scalarWasmBytes } from '../src/fallback.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { createDsp } from '../src/sync.ts';
import { wasmBytes } from '../src/wasm.ts';
import { captureStream, joinFloats, makeDsp, ratePairs, resampleStream } from './streams.ts';

const simd = makeDsp();
const scalar = createDsp(scalarWasmBytes());

/** Loud, with everything that a sample should not be. */
function makeHostileNoise(seed: number, sampleCount: number): Float32Array {
  const noise = makeNoise(createSeededRandom(seed), sampleCount, 1.3);
  noise.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3.4e38, -3.4e38, 1e-42, -0, 0.5], 100);
  return noise;
}

describe('the kernels without SIMD', () => {
  test('are the same functions, by name and arity', () => {
    const instances = [wasmBytes(), scalarWasmBytes()].map((bytes) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
    });
    const [withSimd, without] = instances.map((exports) =>
      Object.entries(exports).map(([name, kernel]) => [name, (kernel as () => void).length]),
    );
    expect(without).toEqual(withSimd);
  });

  test.each(ratePairs(SUPPORTED_SAMPLE_RATES))(
    '%i to %i Hz: the same bits in every sample and the tail',
    (from, to) => {
      for (const quality of ['low-latency', 'balanced', 'best'] as const) {
        const noise = makeHostileNoise(from + to, 3000);
        const run = (dsp: Dsp): Float32Array => {
          const resampler = dsp.createResampler({ inputSampleRate: from, outputSampleRate: to, quality });
          const body = resampleStream(resampler, noise, [1, 127, 500]);
          return joinFloats([body, resampler.flush().slice()]);
        };
        assertSameSamples(quality, run(scalar), run(simd));
      }
    },
  );

  test.each(SUPPORTED_SAMPLE_RATES.map((rate) => [rate]))(
    '%i Hz: capture gives the same frames, indices, levels and scores, dithered or not',
    (rate) => {
      const random = createSeededRandom(rate);
      const speech = makeSpeechLike({ random, sampleRate: rate, durationMs: 1500 });
      const signal = joinFloats([speech, makeHostileNoise(rate, 2000)]);
      for (const dither of ['none', 'tpdf'] as const) {
        const frames = captureStream(scalar, { inputSampleRate: rate, dither }, signal);
        expect(frames).toEqual(captureStream(simd, { inputSampleRate: rate, dither }, signal));
        expect(frames.length).toBeGreaterThan(70);
      }
    },
  );

  test('conversion to int16 and back, and the detector on its own, give the same', () => {
    const noise = makeHostileNoise(3, 10_001);
    const pcm = scalar.float32ToInt16(noise);
    assertSameSamples('int16', pcm, simd.float32ToInt16(noise));
    const dithered = (dsp: Dsp): Int16Array => dsp.float32ToInt16(noise, undefined, new TpdfDither(9));
    assertSameSamples('dithered', dithered(scalar), dithered(simd));
    assertSameSamples('floats', scalar.int16ToFloat32(pcm), simd.int16ToFloat32(pcm));
    const scoresOf = (dsp: Dsp): number[] => {
      const vad = dsp.createVad({ sampleRate: 16_000 });
      const speech = makeSpeechLike({ random: createSeededRandom(4), sampleRate: 16_000, durationMs: 2000 });
      return Array.from({ length: 100 }, (_, t) => vad.process(speech.subarray(t * 320, (t + 1) * 320)));
    };
    assertSameSamples('scores', scoresOf(scalar), scoresOf(simd));
  });
});

describe('where WebAssembly has no SIMD (Node without SSE 4.1)', () => {
  const script = fileURLToPath(new URL('./noSimdProbe.mjs', import.meta.url));
  const runProbe = async (flags: readonly string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
    return JSON.parse(stdout);
  };

  // The flag means something on x86 alone.
  test.skipIf(process.arch !== 'x64')(
    'loadDsp takes the kernels without it, and createDsp refuses the others',
    async () => {
      const withSimd = await runProbe([]);
      expect(withSimd).toMatchObject({ hasWasmSimd: true, sync: 'created', frames: 50 });
      expect(await runProbe(['--no-enable-sse4-1'])).toEqual({
        ...(withSimd as object),
        hasWasmSimd: false,
        sync: 'wasm-unavailable',
      });
    },
  );

  test('the SIMD kernels are what everybody else gets: no other module names the fallback', () => {
    for (const file of ['sync', 'wasm', 'dsp', 'load/compile']) {
      expect(readFileSync(new URL(`../dist/${file}.js`, import.meta.url), 'utf8')).not.toMatch(/from '.*fallback/);
    }
    expect(readFileSync(new URL('../dist/index.js', import.meta.url), 'utf8')).toContain("import('./fallback.js')");
  });
});
