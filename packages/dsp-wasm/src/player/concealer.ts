// This file is the concealment that callers hold: it passes speech on, and makes up what is missing in between.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />
import { makeDisposable } from '../disposableStage.ts';
import type { Stage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';
import { checkWhole } from '../optionChecks.ts';
import { checkSampleRate } from '../sampleRates.ts';
import { openBlockStage, planBlocks } from './blockStage.ts';
import { lagsOf } from './lags.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const CONCEALER_STRUCT_BYTES = 80;
/** ms. Shorter periods than this, repeated, buzz: two or three are repeated together. */
const LEAST_LAG_MS = 5;
/** ms. As in ITU-T G.711 Appendix I: as loud as before for so long, and silent after that. */
const HOLD_MS = 10;
const FADED_MS = 60;
/** ms. */
const MERGE_MS = 10;

export interface ConcealerOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. */
  readonly sampleRate: number;
  /** Longest block that either method will be asked for, in samples; default 4096. The memory is sized by it, once. */
  readonly maxInputSamples?: number;
}

/** Mono speech, without delay. Owns one WebAssembly instance; nothing is allocated, apart from one view per length. */
export interface Concealer extends Disposable {
  /** Samples made up since the stream began. */
  readonly concealedSamples: number;
  /**
   * Passes a block on, bit by bit, but for the first 10 ms after a gap, which are cross-faded with the concealment. However
   * a stream is cut into blocks, the samples are the same.
   *
   * @param input Samples in [-1, 1]; 0 to `maxInputSamples` of them. NaN and infinities count as 0.
   * @returns As many samples: a view, valid until the next call of any method.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(input: Float32Array): Float32Array;
  /**
   * Makes up what is missing, or its next part: the last pitch period again and again, as loud for 10 ms, then fading, silent
   * 60 ms into the gap.
   *
   * @param sampleCount 0 to `maxInputSamples`.
   * @returns As many samples: a view, valid until the next call of any method.
   * @throws {AudioFormatError} `invalid-sample-count` or `disposed`.
   */
  conceal(sampleCount: number): Float32Array;
  /** Forgets the stream. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`. */
export function createConcealer(module: WasmModule, options: ConcealerOptions): Concealer & { readonly stage: Stage } {
  const { sampleRate } = options;
  checkSampleRate('sampleRate', sampleRate);
  const lags = lagsOf(sampleRate, LEAST_LAG_MS);
  const map = new MemoryMap();
  const struct = map.reserve(CONCEALER_STRUCT_BYTES);
  const places = planBlocks(map, options);
  const { maxInputSamples } = places;
  const history = map.reserve((lags.mostLag + lags.windowSamples + lags.slackSamples) * 4);
  const cycle = map.reserve(lags.mostLag * 4);
  const differences = map.reserve(lags.differencesBytes);
  const { stage, take, give } = openBlockStage(module, map, places);
  const { kernels } = stage;
  const inSamples = (ms: number): number => Math.round((sampleRate * ms) / 1000);
  kernels.initConcealer(
    struct,
    places.input,
    places.output,
    history,
    cycle,
    differences,
    lags.leastLag,
    lags.mostLag,
    lags.windowSamples,
    lags.strideSamples,
    inSamples(HOLD_MS),
    inSamples(FADED_MS),
    inSamples(MERGE_MS),
  );
  let concealedSamples = 0;
  return makeDisposable('concealer', {
    stage,
    get concealedSamples(): number {
      return concealedSamples;
    },
    process(input: Float32Array): Float32Array {
      kernels.passBlock(struct, take(input));
      return give(input.length);
    },
    conceal(sampleCount: number): Float32Array {
      const details = { sampleCount, maxInputSamples };
      checkWhole('invalid-sample-count', 'sampleCount', sampleCount, 0, maxInputSamples, details);
      kernels.concealBlock(struct, sampleCount);
      concealedSamples += sampleCount;
      return give(sampleCount);
    },
    reset(): void {
      kernels.resetConcealer(struct);
      concealedSamples = 0;
    },
  });
}
