// This file is the streaming sample-rate converter that callers hold: checks, one copy in, one kernel call, a view out.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />
import { checkBlock, maxInputSamplesOf } from './blockLimits.ts';
import { designConversion } from './design/conversion.ts';
import { openTapDesigner } from './design/tapDesigner.ts';
import { makeDisposable } from './disposableStage.ts';
import type { Stage } from './load/stage.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { MemoryMap } from './memory/memoryMap.ts';
import { planResampler } from './memory/resamplerPlan.ts';
import type { ResamplerQuality } from './quality.ts';
import { filterSpecOf } from './quality.ts';
import { checkSampleRate } from './sampleRates.ts';
import { viewsByLength } from './views.ts';

export interface ResamplerOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. */
  readonly inputSampleRate: number;
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. Equal to the input rate, every finite sample passes through bit by bit. */
  readonly outputSampleRate: number;
  /** Default `balanced`. */
  readonly quality?: ResamplerQuality;
  /** Longest block that `process` will be given, in samples; default 4096. The memory is sized by it, once. */
  readonly maxInputSamples?: number;
}

/** Mono. Owns one WebAssembly instance. After construction nothing is allocated, apart from one view per output length. */
export interface Resampler extends Disposable {
  /**
   * How far the output lags the input, in samples at the output rate; 0 for equal rates. A whole number with linear phase;
   * of `low-latency`, whose delay depends on frequency, the group delay at 1 kHz.
   */
  readonly groupDelaySamples: number;
  /** The same in ms. */
  readonly groupDelayMs: number;
  /**
   * Converts the next block of a stream. However a stream is cut into blocks, the samples are the same, bit by bit;
   * after n input samples in all, exactly ceil(n · outputSampleRate / inputSampleRate) have been returned.
   *
   * @param input Samples in [-1, 1] at the input rate; 0 to `maxInputSamples` of them. NaN and infinities count as 0.
   * @returns A view, valid until the next call of any method: copy what must last.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(input: Float32Array): Float32Array;
  /**
   * Ends the stream: returns its last `groupDelaySamples` samples, rounded up, so that dropping as many of the first of
   * everything returned leaves the input's length. The next `process` begins a new stream, as after `reset`.
   *
   * @returns A view, valid until the next call of any method; empty when nothing was processed.
   * @throws {AudioFormatError} `disposed`.
   */
  flush(): Float32Array;
  /** Forgets the stream; the resampler is then as new. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate`, `unsupported-quality` or `invalid-max-input`. */
export function createResampler(module: WasmModule, options: ResamplerOptions): Resampler & { readonly stage: Stage } {
  const { inputSampleRate, outputSampleRate, quality = 'balanced' } = options;
  checkSampleRate('inputSampleRate', inputSampleRate);
  checkSampleRate('outputSampleRate', outputSampleRate);
  const maxInputSamples = maxInputSamplesOf(options);
  const spec = filterSpecOf(quality);
  const conversion = designConversion(openTapDesigner(module), inputSampleRate, outputSampleRate, spec);
  const { groupDelaySamples } = conversion;

  const map = new MemoryMap();
  const plan = planResampler(map, conversion, inputSampleRate / outputSampleRate, maxInputSamples);
  const stage = openStage(module, map);
  const { kernels, buffer } = stage;
  // Looked up once: what a WebAssembly instance exports is slow to look up in.
  const { resample } = kernels;
  const { struct } = plan;
  const block = new Float32Array(buffer, plan.input, maxInputSamples);
  const viewOf = viewsByLength((length) => new Float32Array(buffer, plan.output, length));
  let isEmpty = true;

  const reset = (): void => {
    kernels.resetResampler(struct);
    isEmpty = true;
  };
  return makeDisposable('resampler', {
    /** For tests that look at the memory. */
    stage,
    groupDelaySamples,
    groupDelayMs: (groupDelaySamples * 1000) / outputSampleRate,
    process(input: Float32Array): Float32Array {
      checkBlock(input, maxInputSamples);
      block.set(input);
      isEmpty &&= input.length === 0;
      return viewOf(resample(struct, input.length));
    },
    flush(): Float32Array {
      const written = isEmpty ? 0 : kernels.resampleTail(struct, ...plan.tail);
      reset();
      return viewOf(written);
    },
    reset,
  });
}
