// This file is the voice activity detector that callers hold when they have audio of their own, not a capture chain.
import { checkBlock, checkMaxInputSamples, DEFAULT_MAX_INPUT_SAMPLES, disposedError } from './blockLimits.ts';
import { CaptureStage } from './captureStage.ts';
import { makeDisposable } from './disposable.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { RECORD_FLOATS, SCORE_FLOAT, VAD_HOP_SAMPLES } from './memory/capturePlan.ts';
import type { PcmConverter } from './pcmConverter.ts';
import { checkSampleRate } from './sampleRates.ts';

export interface VadOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. Other rates than 16 kHz are converted first, as in the capture chain. */
  readonly sampleRate: number;
  /** Longest block that `process` will be given, in samples; default 4096. */
  readonly maxInputSamples?: number;
}

/**
 * Scores how likely audio is speech: what any detector offers, whether of this package, a neural one, or an adapter of
 * somebody else's. `SpeechGate` makes utterances of its scores. The one that `createVad` makes also scores a capture
 * chain's frames: band levels above adaptive noise floors, harmonicity and spectral shape, in hops of 20 ms. The
 * formula is in the package's README. Another detector may have longer hops; the score then stays between them.
 */
export interface Vad extends Disposable {
  /**
   * Listens to the next block of a stream.
   *
   * @param frame Mono samples, in [-1, 1] or int16; usually 20 ms, but any number up to `maxInputSamples`.
   * @returns 0..1, for the last hop (here 20 ms) that is complete; 0 before the first one.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(frame: Float32Array | Int16Array): number;
  /** Forgets the stream and the noise floor. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/** @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`. */
export function createVad(module: WasmModule, converter: PcmConverter, options: VadOptions): Vad {
  const { sampleRate, maxInputSamples = DEFAULT_MAX_INPUT_SAMPLES } = options;
  checkSampleRate('sampleRate', sampleRate);
  checkMaxInputSamples(maxInputSamples);
  const shape = {
    inputSampleRate: sampleRate,
    maxInputSamples,
    frameSamples: VAD_HOP_SAMPLES,
    hasVad: true,
  };
  return makeDisposable(new WasmVad(new CaptureStage(module, shape), converter, maxInputSamples));
}

/** The capture chain's stage, of which only the score is kept, so that the two can never disagree. */
class WasmVad {
  readonly #converter: PcmConverter;
  readonly #floats: Float32Array;
  /** Views of the beginning of `#floats`, by length. */
  readonly #floatViews: (Float32Array | undefined)[] = [];
  #capture: CaptureStage | null;
  #score = 0;

  constructor(capture: CaptureStage, converter: PcmConverter, maxInputSamples: number) {
    this.#capture = capture;
    this.#converter = converter;
    this.#floats = new Float32Array(maxInputSamples);
  }

  process(frame: Float32Array | Int16Array): number {
    const capture = this.#open();
    const hopCount = capture.feed(frame instanceof Int16Array ? this.#toFloats(frame) : frame);
    if (hopCount > 0) this.#score = capture.records[(hopCount - 1) * RECORD_FLOATS + SCORE_FLOAT] ?? 0;
    return this.#score;
  }

  reset(): void {
    this.#open().reset();
    this.#score = 0;
  }

  dispose(): void {
    this.#capture = null;
  }

  #open(): CaptureStage {
    if (this.#capture === null) throw disposedError('voice activity detector');
    return this.#capture;
  }

  #toFloats(frame: Int16Array): Float32Array {
    checkBlock(frame, this.#floats.length);
    const floats = (this.#floatViews[frame.length] ??= this.#floats.subarray(0, frame.length));
    this.#converter.toFloat32(frame, floats);
    return floats;
  }
}
