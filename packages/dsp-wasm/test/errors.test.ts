import { describe, expect, test } from 'vitest';
import { AudioFormatError } from '../src/audioFormatError.ts';
import { loadDsp } from '../src/index.ts';
import { createDsp } from '../src/sync.ts';
import { makeDsp } from './streams.ts';

const dsp = makeDsp();
const onFrame = (): void => {};

function errorOf(action: () => unknown): AudioFormatError {
  try {
    action();
  } catch (error) {
    if (error instanceof AudioFormatError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('options', () => {
  test.each([0, 7999, 12_345, 44_100.5, -16_000, Number.NaN, Number.POSITIVE_INFINITY])(
    'a sample rate of %d Hz is unsupported',
    (rate) => {
      const actions = [
        () => dsp.createResampler({ inputSampleRate: rate, outputSampleRate: 16_000 }),
        () => dsp.createResampler({ inputSampleRate: 16_000, outputSampleRate: rate }),
        () => dsp.createCaptureChain({ inputSampleRate: rate, onFrame }),
        () => dsp.createVad({ sampleRate: rate }),
      ];
      for (const action of actions) {
        const error = errorOf(action);
        expect(error.code).toBe('unsupported-sample-rate');
        expect(error.details['sampleRate']).toBe(rate);
        expect(error.message).toContain(`is ${rate} Hz; supported are 8000, 11025`);
      }
    },
  );

  test.each([0, 5, 25, 20.5, Number.NaN])('a frame of %d ms is unsupported', (frameMs) => {
    const error = errorOf(() => dsp.createCaptureChain({ inputSampleRate: 48_000, frameMs, onFrame }));
    expect(error).toMatchObject({ code: 'unsupported-frame-length', details: { frameMs } });
  });

  test("quality 'draft' is refused instead of being given another filter", () => {
    const options: object = { inputSampleRate: 48_000, outputSampleRate: 16_000, quality: 'draft' };
    const action = () => dsp.createResampler(options as Parameters<typeof dsp.createResampler>[0]);
    const details = { quality: 'draft', availableQualities: ['low-latency', 'balanced', 'best'] };
    expect(errorOf(action)).toMatchObject({ code: 'unsupported-quality', details });
  });

  test('a capture chain that nobody listens to is refused', () => {
    const options = { inputSampleRate: 48_000 } as Parameters<typeof dsp.createCaptureChain>[0];
    expect(errorOf(() => dsp.createCaptureChain(options)).code).toBe('missing-listener');
  });

  test.each([0, -1, 1.5, 2 ** 19 + 1, Number.NaN])('maxInputSamples of %d is invalid', (maxInputSamples) => {
    const error = errorOf(() => dsp.createCaptureChain({ inputSampleRate: 48_000, maxInputSamples, onFrame }));
    expect(error).toMatchObject({ code: 'invalid-max-input', details: { maxInputSamples } });
    expect(errorOf(() => dsp.createVad({ sampleRate: 48_000, maxInputSamples })).code).toBe('invalid-max-input');
  });
});

describe('the player', () => {
  test.each([0, 0.84, 1.16, -1, Number.NaN, Number.POSITIVE_INFINITY])('a stretch ratio of %d is invalid', (ratio) => {
    const stretch = dsp.createTimeStretch({ sampleRate: 16_000, ratio: 0.9 });
    const details = { ratio, leastRatio: 0.85, mostRatio: 1.15 };
    expect(errorOf(() => (stretch.ratio = ratio))).toMatchObject({ code: 'invalid-ratio', details });
    expect(stretch.ratio).toBe(0.9);
    expect(errorOf(() => dsp.createTimeStretch({ sampleRate: 16_000, ratio })).code).toBe('invalid-ratio');
  });

  test.each([
    [-0.1, 10],
    [Number.NaN, 10],
    [Number.POSITIVE_INFINITY, 10],
    [1, -1],
    [1, 60_001],
    [1, Number.NaN],
  ])('a gain of %d over %d ms is invalid', (gainRatio, durationMs) => {
    const gain = dsp.createGain({ sampleRate: 16_000 });
    const error = errorOf(() => gain.rampTo(gainRatio, durationMs));
    expect(error).toMatchObject({ code: 'invalid-gain', details: { gainRatio, durationMs } });
  });

  test.each([-1, 1.5, 129, Number.NaN])('%d samples cannot be concealed by a stage made for 128', (sampleCount) => {
    const concealer = dsp.createConcealer({ sampleRate: 16_000, maxInputSamples: 128 });
    const error = errorOf(() => concealer.conceal(sampleCount));
    expect(error).toMatchObject({ code: 'invalid-sample-count', details: { sampleCount, maxInputSamples: 128 } });
  });

  test('a cross-fade into less than there is to fade out of is refused, and so is writing it into less', () => {
    const [short, long] = [new Float32Array(3), new Float32Array(4)];
    const details = { actualSamples: 3, expectedSamples: 4 };
    expect(errorOf(() => dsp.crossFade(long, short))).toMatchObject({ code: 'output-too-small', details });
    expect(errorOf(() => dsp.crossFade(long, long, short))).toMatchObject({ code: 'output-too-small', details });
  });

  test('stages refuse blocks that are too long, unsupported rates, and everything after dispose()', () => {
    const stages = [
      (sampleRate: number) => dsp.createTimeStretch({ sampleRate, maxInputSamples: 128 }),
      (sampleRate: number) => dsp.createConcealer({ sampleRate, maxInputSamples: 128 }),
      (sampleRate: number) => dsp.createGain({ sampleRate, maxInputSamples: 128 }),
    ];
    for (const create of stages) {
      expect(errorOf(() => create(12_345)).code).toBe('unsupported-sample-rate');
      const stage = create(16_000);
      expect(errorOf(() => stage.process(new Float32Array(129))).code).toBe('input-too-long');
      stage.dispose();
      expect(errorOf(() => stage.process(new Float32Array(1))).code).toBe('disposed');
    }
  });
});

describe('blocks', () => {
  const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000, maxInputSamples: 128 });
  const chain = dsp.createCaptureChain({ inputSampleRate: 48_000, maxInputSamples: 128, onFrame });
  const vad = dsp.createVad({ sampleRate: 48_000, maxInputSamples: 128 });

  test('of 129 samples are too long for a stage made for 128, which goes on working', () => {
    const long = new Float32Array(129);
    const actions = [
      () => resampler.process(long),
      () => chain.process(long),
      () => vad.process(long),
      () => vad.process(new Int16Array(129)),
    ];
    for (const action of actions) {
      expect(errorOf(action)).toMatchObject({
        code: 'input-too-long',
        details: { actualSamples: 129, maxInputSamples: 128 },
      });
    }
    expect(resampler.process(new Float32Array(128)).length).toBe(43);
    chain.process(new Float32Array(128));
    expect(vad.process(new Float32Array(128))).toBe(0);
  });
});

describe('a buffer that has been transferred away', () => {
  const detach = <T extends Float32Array | Int16Array>(block: T): T => {
    structuredClone(block.buffer, { transfer: [block.buffer] });
    expect(block.length).toBe(0);
    return block;
  };

  test('is refused instead of passing for an empty block, and the stage goes on working', () => {
    const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
    const chain = dsp.createCaptureChain({ inputSampleRate: 48_000, onFrame });
    const vad = dsp.createVad({ sampleRate: 48_000 });
    const [floats, integers] = [detach(new Float32Array(128)), detach(new Int16Array(128))];
    const actions = [
      () => resampler.process(floats),
      () => chain.process(floats),
      () => vad.process(floats),
      () => vad.process(integers),
      () => dsp.float32ToInt16(floats),
      () => dsp.int16ToFloat32(integers),
    ];
    for (const action of actions) expect(errorOf(action).code).toBe('detached-input');
    expect(resampler.process(new Float32Array(128)).length).toBe(43);
  });

  test('as an output is too small', () => {
    const action = () => dsp.float32ToInt16(new Float32Array(1), detach(new Int16Array(1)));
    expect(errorOf(action)).toMatchObject({ code: 'output-too-small', details: { actualSamples: 0 } });
  });

  test('is not taken for one that is merely empty', () => {
    const whole = new Float32Array(8);
    const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
    for (const empty of [new Float32Array(0), whole.subarray(8)]) expect(resampler.process(empty).length).toBe(0);
    expect(dsp.int16ToFloat32(new Int16Array(0)).length).toBe(0);
  });
});

describe('disposal', () => {
  test('may be repeated; every other method then throws disposed', () => {
    const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
    const chain = dsp.createCaptureChain({ inputSampleRate: 48_000, onFrame });
    const vad = dsp.createVad({ sampleRate: 48_000 });
    const block = new Float32Array(128);
    for (const stage of [resampler, chain, vad]) {
      stage.dispose();
      stage.dispose();
      expect(errorOf(() => stage.process(block)).code).toBe('disposed');
      expect(errorOf(() => stage.reset()).code).toBe('disposed');
    }
    expect(errorOf(() => resampler.flush()).code).toBe('disposed');
    expect(errorOf(() => chain.flush()).message).toBe('This capture chain has been disposed of; create another.');
  });

  test('by the listener ends the chain; the flush in progress still returns', () => {
    const chain = dsp.createCaptureChain({ inputSampleRate: 48_000, onFrame: () => chain.dispose() });
    chain.process(new Float32Array(100));
    chain.flush();
    expect(errorOf(() => chain.flush()).code).toBe('disposed');
  });

  test('happens at the end of a `using` block where the platform has Symbol.dispose', () => {
    const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
    resampler[Symbol.dispose]();
    expect(errorOf(() => resampler.reset()).code).toBe('disposed');
  });
});

describe('loading', () => {
  test('bytes that are no WebAssembly are refused with the cause, at once and as a promise', async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const error = errorOf(() => createDsp(bytes));
    expect(error).toMatchObject({ name: 'AudioFormatError', code: 'wasm-unavailable', retryable: false });
    expect(error.message).toContain('wasm-unsafe-eval');
    expect(error.cause).toBeInstanceOf(WebAssembly.CompileError);
    await expect(loadDsp({ wasm: bytes })).rejects.toMatchObject({ code: 'wasm-unavailable' });
  });

  test('a module compiled elsewhere is taken as it is, and both ways of loading give the same samples', async () => {
    const { wasmBytes } = await import('../src/wasm.ts');
    const module = await WebAssembly.compile(wasmBytes());
    const input = Float32Array.from({ length: 480 }, (_, n) => Math.sin(n / 3));
    const convert = (from: typeof dsp) =>
      from.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 }).process(input).slice();
    const wanted = convert(dsp);
    expect(convert(createDsp(module))).toEqual(wanted);
    expect(convert(await loadDsp())).toEqual(wanted);
    expect(convert(await loadDsp({ wasm: module }))).toEqual(wanted);
  });
});
