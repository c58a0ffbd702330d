import { readFileSync } from 'node:fs';
import { createSeededRandom, makeNoise } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createCaptureChain } from '../src/captureChain.ts';
import { CAPTURE_STRUCT_BYTES, VAD_STRUCT_BYTES } from '../src/captureStage.ts';
import { DESIGN_WORK_BYTES } from '../src/design/tapDesigner.ts';
import type { Stage } from '../src/load/stage.ts';
import { openStage } from '../src/load/stage.ts';
import { MemoryMap, RESERVED_BYTES } from '../src/memory/memoryMap.ts';
import { LANE_STRUCT_BYTES, ROW_STRUCT_BYTES } from '../src/memory/filterPlan.ts';
import { RESAMPLER_STRUCT_BYTES } from '../src/memory/resamplerPlan.ts';
import { createResampler } from '../src/resampler.ts';
import { SUPPORTED_SAMPLE_RATES } from '../src/sampleRates.ts';
import { wasmBytes } from '../src/wasm.ts';
import { expectCanariesAlive, setCanaries } from './canaries.ts';
import { compileKernels, ratePairs } from './streams.ts';

const module = compileKernels();
/** Those of the first filter: behind the resampler's struct, the filter's input and output, and its own struct. */
function tapBytes({ regions, buffer }: Stage): Uint8Array {
  const region = regions[4];
  if (region === undefined) throw new Error('The stage has no filter.');
  return new Uint8Array(buffer, region.offsetBytes, region.byteLength);
}

describe('the compiled kernels', () => {
  test('import one memory and nothing else, so they can be instantiated anywhere', () => {
    const compiled = new WebAssembly.Module(wasmBytes());
    expect(WebAssembly.Module.imports(compiled)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  });

  test('export exactly the functions that src/load/kernels.ts declares', () => {
    const declared = readFileSync(new URL('../src/load/kernels.ts', import.meta.url), 'utf8').matchAll(
      /^ {2}(\w+)\(/gm,
    );
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(wasmBytes()));
    expect(exported.every(({ kind }) => kind === 'function')).toBe(true);
    expect(exported.map(({ name }) => name).sort()).toEqual([...declared].map(([, name]) => name).sort());
  });

  test('fit into the places that the host reserves for their structs', () => {
    const { kernels } = openStage(module, new MemoryMap());
    expect(kernels.heapBase()).toBeLessThanOrEqual(RESERVED_BYTES);
    const reserved = [
      RESAMPLER_STRUCT_BYTES,
      LANE_STRUCT_BYTES,
      ROW_STRUCT_BYTES,
      CAPTURE_STRUCT_BYTES,
      VAD_STRUCT_BYTES,
      DESIGN_WORK_BYTES,
    ];
    for (const [kind, bytes] of reserved.entries()) {
      expect(kernels.structBytes(kind)).toBeGreaterThan(0);
      expect(kernels.structBytes(kind)).toBeLessThanOrEqual(bytes);
    }
  });
});

describe('the memory of a stage', () => {
  const sampleRates = [8000, 11_025, 44_100, 48_000, 192_000];

  test.each(sampleRates)(
    'capture at %i Hz never writes outside its regions: 2000 blocks of random length, flushes and resets',
    (rate) => {
      const random = createSeededRandom(rate + 1);
      for (const maxInputSamples of [1, 37, 4096]) {
        const chain = createCaptureChain(module, {
          inputSampleRate: rate,
          maxInputSamples,
          frameMs: 10,
          onFrame: () => {},
        });
        setCanaries(chain.stage);
        const rows = tapBytes(chain.stage).slice();
        for (let i = 0; i < 667; i++) {
          chain.process(makeNoise(random, random.integer(0, maxInputSamples), 2));
          if (i % 50 === 49) chain.flush();
          if (i % 70 === 69) chain.reset();
        }
        expectCanariesAlive(chain.stage);
        expect(tapBytes(chain.stage)).toEqual(rows);
      }
    },
  );

  test.each(sampleRates)('conversion from 16 kHz to %i Hz never writes outside its regions', (rate) => {
    const random = createSeededRandom(rate + 2);
    for (const maxInputSamples of [1, 37, 4096]) {
      const resampler = createResampler(module, { inputSampleRate: 16_000, outputSampleRate: rate, maxInputSamples });
      const { stage } = resampler;
      setCanaries(stage);
      for (let i = 0; i < 300; i++) {
        resampler.process(makeNoise(random, random.integer(0, maxInputSamples), 2));
        if (i % 50 === 49) resampler.flush();
      }
      expectCanariesAlive(stage);
    }
  });

  test('every pair at `best`, whose filters reach back furthest, finds room for its history and its last turn', () => {
    const noise = makeNoise(createSeededRandom(82), 128);
    for (const [inputSampleRate, outputSampleRate] of ratePairs(SUPPORTED_SAMPLE_RATES)) {
      const options = { inputSampleRate, outputSampleRate, quality: 'best' as const, maxInputSamples: 128 };
      const resampler = createResampler(module, options);
      setCanaries(resampler.stage);
      resampler.process(noise);
      resampler.flush();
      expectCanariesAlive(resampler.stage);
    }
  });

  test('the canaries notice one byte', () => {
    const { stage } = createResampler(module, { inputSampleRate: 8000, outputSampleRate: 16_000 });
    setCanaries(stage);
    expectCanariesAlive(stage);
    const { offsetBytes, byteLength } = stage.regions[0] ?? expect.fail('No regions.');
    new Uint8Array(stage.buffer)[offsetBytes + byteLength] = 0;
    expect(() => expectCanariesAlive(stage)).toThrow('was overwritten');
  });

  test('neither its size nor the address of a frame changes in 10000 calls, and a kept view still works', () => {
    const seen = new Set<string>();
    const chain = createCaptureChain(module, {
      inputSampleRate: 48_000,
      onFrame: (pcm) => seen.add(`${pcm.byteOffset}:${pcm.length}:${pcm.buffer === chain.stage.buffer}`),
    });
    const { buffer } = chain.stage;
    const byteLength = buffer.byteLength;
    const noise = makeNoise(createSeededRandom(81), 128);
    for (let i = 0; i < 10_000; i++) chain.process(noise);
    expect(chain.stage.buffer).toBe(buffer);
    expect(buffer.byteLength).toBe(byteLength);
    expect(seen.size).toBe(1);
    expect([...seen][0]).toMatch(/:320:true$/);
  });

  test('is sized by maxInputSamples: one page of 64 KiB for quanta of 128 at 48 kHz', () => {
    const bytesFor = (maxInputSamples: number) =>
      createCaptureChain(module, { inputSampleRate: 48_000, maxInputSamples, onFrame: () => {} }).stage.buffer
        .byteLength;
    expect(bytesFor(128)).toBe(65_536);
    expect(bytesFor(100_000)).toBeGreaterThan(100_000 * 4);
  });
});
