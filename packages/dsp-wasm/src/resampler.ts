// This file is the streaming sample-rate converter that callers hold: checks, one copy in, one kernel call, a view out.
import { checkBlock, checkMaxInputSamples, DEFAULT_MAX_INPUT_SAMPLES } from './blockLimits.ts';
import { designConversion } from './design/conversion.ts';
import { openTapDesigner } from './design/tapDesigner.ts';
import type { Kernels } from './load/kernels.ts';
import type { Stage } from './load/stage.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { MemoryMap } from './memory/memoryMap.ts';
import type { ResamplerPlan } from './memory/resamplerPlan.ts';
import { planResampler } from './memory/resamplerPlan.ts';
import { OwnedStage } from './ownedStage.ts';
import type { ResamplerQuality } from './quality.ts';
import { filterSpecOf } from './quality.ts';
import { checkSampleRate } from './sampleRates.ts';

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
export function createResampler(module: WasmModule, options: ResamplerOptions): WasmResampler & Resampler {
  const { inputSampleRate, outputSampleRate, quality = 'balanced' } = options;
  const maxInputSamples = options.maxInputSamples ?? DEFAULT_MAX_INPUT_SAMPLES;
  checkSampleRate('inputSampleRate', inputSampleRate);
  checkSampleRate('outputSampleRate', outputSampleRate);
  checkMaxInputSamples(maxInputSamples);
  const map = new MemoryMap();
  const spec = filterSpecOf(quality);
  const conversion = designConversion(openTapDesigner(module), inputSampleRate, outputSampleRate, spec);
  const plan = planResampler(map, { inputSampleRate, outputSampleRate, maxInputSamples, conversion });
  const stage = openStage(module, map);
  plan.install(stage);
  return new WasmResampler(stage, plan, maxInputSamples, outputSampleRate) as WasmResampler & Resampler;
}

class WasmResampler extends OwnedStage<Stage> {
  readonly groupDelaySamples: number;
  readonly groupDelayMs: number;
  readonly #plan: ResamplerPlan;
  readonly #maxInputSamples: number;
  readonly #block: Float32Array;
  /** Views of the output, by length: making one costs more than a short conversion. */
  readonly #views: (Float32Array | undefined)[] = [];
  /** Looked up once: what a WebAssembly instance exports is slow to look up in. */
  readonly #resample: Kernels['resample'];
  readonly #structAddress: number;
  #inputSamples = 0;

  constructor(stage: Stage, plan: ResamplerPlan, maxInputSamples: number, outputSampleRate: number) {
    super('resampler', stage);
    this.#plan = plan;
    this.#resample = stage.kernels.resample;
    this.#structAddress = plan.struct;
    this.#maxInputSamples = maxInputSamples;
    this.#block = new Float32Array(stage.buffer, plan.input, maxInputSamples);
    this.groupDelaySamples = plan.groupDelaySamples;
    this.groupDelayMs = (plan.groupDelaySamples * 1000) / outputSampleRate;
  }

  /** For tests that look at the memory. */
  get stage(): Stage {
    return this.owned;
  }

  process(input: Float32Array): Float32Array {
    const stage = this.owned;
    checkBlock(input, this.#maxInputSamples);
    const inputSamples = input.length;
    this.#block.set(input);
    this.#inputSamples += inputSamples;
    const written = this.#resample(this.#structAddress, inputSamples);
    return this.#views[written] ?? this.#view(stage, written);
  }

  flush(): Float32Array {
    const stage = this.owned;
    const { struct, tailZeroSamples, tailSamples } = this.#plan;
    const isEmpty = this.#inputSamples === 0;
    const written = isEmpty ? 0 : stage.kernels.resampleTail(struct, tailZeroSamples, tailSamples);
    this.reset();
    return this.#view(stage, written);
  }

  reset(): void {
    this.owned.kernels.resetResampler(this.#plan.struct);
    this.#inputSamples = 0;
  }

  #view(stage: Stage, sampleCount: number): Float32Array {
    return (this.#views[sampleCount] ??= new Float32Array(stage.buffer, this.#plan.output, sampleCount));
  }
}
