// This file is the time-stretch that callers hold: speech in, the same speech slower or faster out, at the same pitch.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />
import { AudioFormatError } from '../audioFormatError.ts';
import { makeDisposable } from '../disposableStage.ts';
import type { Stage } from '../load/stage.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';
import { checkSampleRate } from '../sampleRates.ts';
import { openBlockStage, planBlocks } from './blockStage.ts';
import { lagsOf } from './lags.ts';

export const LEAST_STRETCH_RATIO = 0.85;
export const MOST_STRETCH_RATIO = 1.15;

/** Bytes of the kernel's struct, rounded up; a test compares it with what the kernel says. */
export const STRETCH_STRUCT_BYTES = 96;
/** Room for several quanta, so that what is kept is moved only now and then. */
const ROOM_SAMPLES = 2048;
const UNITS_PER_SAMPLE = 2 ** 24;

export interface TimeStretchOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. */
  readonly sampleRate: number;
  /** Output duration over input duration, 0.85 to 1.15; default 1. */
  readonly ratio?: number;
  /** Longest block that `process` will be given, in samples; default 4096. The memory is sized by it, once. */
  readonly maxInputSamples?: number;
}

/**
 * Mono speech. Owns one WebAssembly instance; after construction nothing is allocated, apart from one view per output length.
 *
 * At ratio 1 every sample passes at once, bit by bit. Otherwise samples are copied too, between joins of 10 ms: at each a
 * stretch of 2.5 to 15 ms, a pitch period or a few, is skipped or played again.
 */
export interface TimeStretch extends Disposable {
  /**
   * Output duration over input duration, 0.85 to 1.15; may be set between any two blocks, and no step is heard.
   *
   * @throws {AudioFormatError} `invalid-ratio` or `disposed`.
   */
  ratio: number;
  /**
   * Input samples that are held back: before a join, up to 25 ms when shortening and 10 ms when lengthening.
   *
   * @throws {AudioFormatError} `disposed`.
   */
  readonly heldSamples: number;
  /** Input samples that joins have skipped since the stream began. Taken + inserted = returned + held + removed, always. */
  readonly removedSamples: number;
  /** Samples that joins have played again. */
  readonly insertedSamples: number;
  /**
   * Takes the next block. However a stream is cut into blocks, the samples are the same, bit by bit, as long as the ratio
   * changes at the same sample of the input.
   *
   * @param input Samples in [-1, 1]; 0 to `maxInputSamples` of them. NaN and infinities count as 0.
   * @returns What can be played now, between none and some more than came: a view, valid until the next call of any method.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(input: Float32Array): Float32Array;
  /**
   * Ends the stream: returns what was held back, as it is. The next `process` begins a new stream, as after `reset`.
   *
   * @returns A view, valid until the next call of any method.
   * @throws {AudioFormatError} `disposed`.
   */
  flush(): Float32Array;
  /** Forgets the stream and the counts, not the ratio. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input` or `invalid-ratio`. */
export function createTimeStretch(
  module: WasmModule,
  options: TimeStretchOptions,
): TimeStretch & { readonly stage: Stage } {
  const { sampleRate, ratio: firstRatio = 1 } = options;
  checkSampleRate('sampleRate', sampleRate);
  checkRatio(firstRatio);
  const { leastLag, mostLag, windowSamples, strideSamples, slackSamples, differencesBytes } = lagsOf(sampleRate);
  const mostHeldSamples = mostLag + windowSamples;
  const map = new MemoryMap();
  const struct = map.reserve(STRETCH_STRUCT_BYTES);
  // All that is held and comes, stretched, and what joins may be in debt.
  const places = planBlocks(map, options, (inputSamples) =>
    Math.ceil((mostHeldSamples + inputSamples + 3 * mostLag) * 1.2 + windowSamples),
  );
  const roomSamples = mostLag + mostHeldSamples + places.maxInputSamples + ROOM_SAMPLES;
  const samples = map.reserve((roomSamples + slackSamples) * 4);
  const differences = map.reserve(differencesBytes);
  const { stage, take, give } = openBlockStage(module, map, places);
  const { kernels } = stage;
  kernels.initStretch(
    struct,
    places.input,
    places.output,
    samples,
    roomSamples,
    differences,
    leastLag,
    mostLag,
    windowSamples,
    strideSamples,
  );
  // Of samples removed and inserted, where the kernel counts them.
  const counts = new Float64Array(stage.buffer, struct, 2);
  const reset = (): void => kernels.resetStretch(struct);
  let ratio = 1;
  const stretch = makeDisposable('time-stretch', {
    stage,
    // What accessors do is done by methods, so that they, too, refuse once it is disposed of.
    setRatio(newRatio: number): void {
      checkRatio(newRatio);
      kernels.setStretchStep(struct, Math.round((1 / newRatio - 1) * UNITS_PER_SAMPLE));
      ratio = newRatio;
    },
    countHeld: (): number => kernels.heldSamples(struct),
    get ratio(): number {
      return ratio;
    },
    set ratio(newRatio: number) {
      this.setRatio(newRatio);
    },
    get heldSamples(): number {
      return this.countHeld();
    },
    get removedSamples(): number {
      return counts[0] ?? 0;
    },
    get insertedSamples(): number {
      return counts[1] ?? 0;
    },
    process(input: Float32Array): Float32Array {
      return give(kernels.stretchBlock(struct, take(input)));
    },
    flush(): Float32Array {
      const written = kernels.stretchTail(struct);
      reset();
      return give(written);
    },
    reset,
  });
  stretch.ratio = firstRatio;
  return stretch;
}

function checkRatio(ratio: number): void {
  if (ratio >= LEAST_STRETCH_RATIO && ratio <= MOST_STRETCH_RATIO) return;
  const details = { ratio, leastRatio: LEAST_STRETCH_RATIO, mostRatio: MOST_STRETCH_RATIO };
  const wanted = `wanted ${LEAST_STRETCH_RATIO} to ${MOST_STRETCH_RATIO}`;
  throw new AudioFormatError('invalid-ratio', `ratio is ${ratio}; ${wanted}.`, details);
}
