// This file is the volume that callers hold: it changes along a ramp, so that nothing clicks.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />
import { AudioFormatError } from '../audioFormatError.ts';
import { makeDisposable } from '../disposableStage.ts';
import type { Stage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';
import { checkSampleRate } from '../sampleRates.ts';
import { openBlockStage, planBlocks } from './blockStage.ts';

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const GAIN_STRUCT_BYTES = 32;
/** ms: a minute. */
const MOST_RAMP_MS = 60_000;

export interface GainOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. */
  readonly sampleRate: number;
  /** Factor on the samples, 0 or more; default 1. */
  readonly gainRatio?: number;
  /** Longest block that `process` will be given, in samples; default 4096. The memory is sized by it, once. */
  readonly maxInputSamples?: number;
}

/** Mono. Owns one WebAssembly instance; nothing is allocated, apart from one view per length. */
export interface Gain extends Disposable {
  /**
   * Goes to another gain, from the next sample on and from whatever it is then, in a straight line.
   *
   * @param gainRatio Factor on the samples, 0 or more.
   * @param durationMs 0 to 60,000; 0 is at once.
   * @throws {AudioFormatError} `invalid-gain` or `disposed`.
   */
  rampTo(gainRatio: number, durationMs: number): void;
  /**
   * @param input Samples in [-1, 1]; 0 to `maxInputSamples` of them. NaN and infinities count as 0.
   * @returns As many samples, unchanged at gain 1: a view, valid until the next call of any method.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(input: Float32Array): Float32Array;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input` or `invalid-gain`. */
export function createGain(module: WasmModule, options: GainOptions): Gain & { readonly stage: Stage } {
  const { sampleRate, gainRatio: firstGainRatio = 1 } = options;
  checkSampleRate('sampleRate', sampleRate);
  checkRamp(firstGainRatio, 0);
  const map = new MemoryMap();
  const struct = map.reserve(GAIN_STRUCT_BYTES);
  const places = planBlocks(map, options);
  const { stage, take, give } = openBlockStage(module, map, places);
  const { kernels } = stage;
  kernels.initGain(struct, places.input, places.output, firstGainRatio);
  return makeDisposable('gain', {
    stage,
    rampTo(gainRatio: number, durationMs: number): void {
      checkRamp(gainRatio, durationMs);
      kernels.rampGain(struct, gainRatio, Math.round((durationMs * sampleRate) / 1000));
    },
    process(input: Float32Array): Float32Array {
      kernels.applyGain(struct, take(input));
      return give(input.length);
    },
  });
}

function checkRamp(gainRatio: number, durationMs: number): void {
  const isGain = gainRatio >= 0 && gainRatio < Number.POSITIVE_INFINITY;
  if (isGain && durationMs >= 0 && durationMs <= MOST_RAMP_MS) return;
  throw new AudioFormatError(
    'invalid-gain',
    `gainRatio is ${gainRatio} and durationMs ${durationMs}; wanted 0 or more, and 0 to ${MOST_RAMP_MS}.`,
    { gainRatio, durationMs, mostRampMs: MOST_RAMP_MS },
  );
}
