// This file is the voice activity detector that callers hold when they have audio of their own, not a capture chain.
import { DEFAULT_MAX_INPUT_SAMPLES, inputTooLong } from './blockLimits.ts';
import type { CaptureChain } from './captureChain.ts';
import { createCaptureChain } from './captureChain.ts';
import { makeDisposable } from './disposable.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { convertInt16ToFloat32 } from './reference/convert.ts';
import { checkSampleRate } from './sampleRates.ts';

/** A frame is then exactly one hop of the detector, so the score changes as soon as it can. */
const VAD_HOP_MS = 20;

export interface VadOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. Other rates than 16 kHz are converted first, as in the capture chain. */
  readonly sampleRate: number;
  /** Longest block that `process` will be given, in samples; default 4096. */
  readonly maxInputSamples?: number;
}

/**
 * Scores how likely audio is speech. A capture chain scores its frames with the same detector: level above an adaptive
 * noise floor, in hops of 20 ms. The formula is in the package's README.
 */
export interface Vad extends Disposable {
  /**
   * Listens to the next block of a stream.
   *
   * @param frame Mono samples, in [-1, 1] or int16; usually 20 ms, but any number up to `maxInputSamples`.
   * @returns 0..1, for the last hop of 20 ms that is complete; 0 before the first one.
   * @throws {AudioFormatError} `input-too-long` or `disposed`.
   */
  process(frame: Float32Array | Int16Array): number;
  /** Forgets the stream and the noise floor. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`. */
export function createVad(module: WasmModule, { sampleRate, maxInputSamples }: VadOptions): Vad {
  checkSampleRate('sampleRate', sampleRate);
  return makeDisposable(new WasmVad(module, sampleRate, maxInputSamples ?? DEFAULT_MAX_INPUT_SAMPLES));
}

/** A capture chain of which only the score is kept, so that the two can never disagree. */
class WasmVad {
  readonly #chain: CaptureChain;
  readonly #floats: Float32Array;
  /** The same memory as `#floats`, by length. */
  readonly #views: (Float32Array | undefined)[] = [];
  #score = 0;

  constructor(module: WasmModule, sampleRate: number, maxInputSamples: number) {
    this.#chain = createCaptureChain(module, {
      inputSampleRate: sampleRate,
      frameMs: VAD_HOP_MS,
      maxInputSamples,
      onFrame: (_pcm, _firstSampleIndex, _rmsDb, _peakDb, speechScore) => {
        this.#score = speechScore;
      },
    });
    this.#floats = new Float32Array(maxInputSamples);
  }

  process(frame: Float32Array | Int16Array): number {
    this.#chain.process(frame instanceof Int16Array ? this.#toFloats(frame) : frame);
    return this.#score;
  }

  reset(): void {
    this.#chain.reset();
    this.#score = 0;
  }

  dispose(): void {
    this.#chain.dispose();
  }

  #toFloats(frame: Int16Array): Float32Array {
    if (frame.length > this.#floats.length) throw inputTooLong(frame.length, this.#floats.length);
    const floats = (this.#views[frame.length] ??= this.#floats.subarray(0, frame.length));
    convertInt16ToFloat32(frame, floats);
    return floats;
  }
}
