// This file is the time-stretch that callers hold: speech in, the same speech slower or faster out, at the same pitch.
import { AudioFormatError } from '../audioFormatError.ts';
import { checkMaxInputSamples, DEFAULT_MAX_INPUT_SAMPLES } from '../blockLimits.ts';
import type { WasmModule } from '../load/webAssembly.ts';
import { MemoryMap } from '../memory/memoryMap.ts';
import { checkSampleRate } from '../sampleRates.ts';
import { BlockStage } from './blockStage.ts';
import type { Lags } from './lags.ts';
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
export function createTimeStretch(module: WasmModule, options: TimeStretchOptions): WasmTimeStretch & TimeStretch {
  const { sampleRate, ratio = 1, maxInputSamples = DEFAULT_MAX_INPUT_SAMPLES } = options;
  checkSampleRate('sampleRate', sampleRate);
  checkMaxInputSamples(maxInputSamples);
  checkRatio(ratio);
  const stretch = new WasmTimeStretch(module, lagsOf(sampleRate), maxInputSamples);
  stretch.ratio = ratio;
  return stretch as WasmTimeStretch & TimeStretch;
}

class WasmTimeStretch extends BlockStage {
  /** Of samples removed and inserted, where the kernel counts them. */
  readonly #counts: Float64Array;
  #ratio = 1;

  constructor(module: WasmModule, lags: Lags, maxInputSamples: number) {
    const { leastLag, mostLag, windowSamples, strideSamples } = lags;
    const map = new MemoryMap();
    const heldSamples = mostLag + windowSamples;
    const roomSamples = mostLag + heldSamples + maxInputSamples + ROOM_SAMPLES;
    const places = {
      struct: map.reserve(STRETCH_STRUCT_BYTES),
      input: map.reserve(maxInputSamples * 4),
      // All that is held and comes, stretched, and what joins may be in debt.
      output: map.reserve(Math.ceil((heldSamples + maxInputSamples + 3 * mostLag) * 1.2 + windowSamples) * 4),
    };
    const samples = map.reserve((roomSamples + lags.slackSamples) * 4);
    const differences = map.reserve(lags.differencesBytes);
    super('time-stretch', module, map, places, maxInputSamples);
    const { struct, input, output } = places;
    const { kernels, buffer } = this.owned;
    kernels.initStretch(
      struct,
      input,
      output,
      samples,
      roomSamples,
      differences,
      leastLag,
      mostLag,
      windowSamples,
      strideSamples,
    );
    this.#counts = new Float64Array(buffer, struct, 2);
  }

  get ratio(): number {
    return this.#ratio;
  }

  set ratio(ratio: number) {
    checkRatio(ratio);
    this.owned.kernels.setStretchStep(this.places.struct, Math.round((1 / ratio - 1) * UNITS_PER_SAMPLE));
    this.#ratio = ratio;
  }

  get heldSamples(): number {
    return this.owned.kernels.heldSamples(this.places.struct);
  }

  get removedSamples(): number {
    return this.#counts[0] ?? 0;
  }

  get insertedSamples(): number {
    return this.#counts[1] ?? 0;
  }

  process(input: Float32Array): Float32Array {
    const { kernels } = this.take(input);
    return this.give(kernels.stretchBlock(this.places.struct, input.length));
  }

  flush(): Float32Array {
    const written = this.owned.kernels.stretchTail(this.places.struct);
    this.reset();
    return this.give(written);
  }

  reset(): void {
    this.owned.kernels.resetStretch(this.places.struct);
  }
}

function checkRatio(ratio: number): void {
  if (ratio >= LEAST_STRETCH_RATIO && ratio <= MOST_STRETCH_RATIO) return;
  const details = { ratio, leastRatio: LEAST_STRETCH_RATIO, mostRatio: MOST_STRETCH_RATIO };
  const wanted = `wanted ${LEAST_STRETCH_RATIO} to ${MOST_STRETCH_RATIO}`;
  throw new AudioFormatError('invalid-ratio', `ratio is ${ratio}; ${wanted}.`, details);
}
