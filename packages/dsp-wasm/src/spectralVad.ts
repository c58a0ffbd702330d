// This file is the detector for callers who have audio of their own, not a capture chain.
import { checkBlock, checkMaxInputSamples, DEFAULT_MAX_INPUT_SAMPLES } from './blockLimits.ts';
import { CaptureStage } from './captureStage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import type { CaptureShape } from './memory/capturePlan.ts';
import { CAPTURE_SAMPLE_RATE, RECORD_FLOATS, SCORE_FLOAT, VAD_HOP_SAMPLES } from './memory/capturePlan.ts';
import { OwnedStage } from './ownedStage.ts';
import type { PcmConverter } from './pcmConverter.ts';
import { checkSampleRate } from './sampleRates.ts';
import type { Vad } from './vad.ts';

export interface VadOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. Other rates than 16 kHz are converted first, as in the capture chain. */
  readonly sampleRate: number;
  /** Longest block that `process` will be given, in samples; default 4096. */
  readonly maxInputSamples?: number;
}

/**
 * The detector of the capture chain, with the same scores: band levels above adaptive noise floors, harmonicity and
 * spectral shape, in hops of 20 ms. The formulas are in docs/vad.md.
 *
 * @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`.
 */
export function createVad(module: WasmModule, converter: PcmConverter, options: VadOptions): Vad {
  const { sampleRate, maxInputSamples = DEFAULT_MAX_INPUT_SAMPLES } = options;
  checkSampleRate('sampleRate', sampleRate);
  checkMaxInputSamples(maxInputSamples);
  const shape = { inputSampleRate: sampleRate, maxInputSamples, frameSamples: VAD_HOP_SAMPLES, hasVad: true };
  return new WasmVad(new CaptureStage(module, shape), converter, shape) as WasmVad & Vad;
}

/** The capture chain's stage, of which only the score is kept, so that the two can never disagree. */
class WasmVad extends OwnedStage<CaptureStage> {
  readonly sampleRate: number;
  readonly hopMs = (VAD_HOP_SAMPLES * 1000) / CAPTURE_SAMPLE_RATE;
  readonly #converter: PcmConverter;
  readonly #floats: Float32Array;
  /** Views of the beginning of `#floats`, by length. */
  readonly #floatViews: (Float32Array | undefined)[] = [];
  #score = 0;

  constructor(capture: CaptureStage, converter: PcmConverter, { inputSampleRate, maxInputSamples }: CaptureShape) {
    super('voice activity detector', capture);
    this.sampleRate = inputSampleRate;
    this.#converter = converter;
    this.#floats = new Float32Array(maxInputSamples);
  }

  process(block: Float32Array | Int16Array): number {
    const capture = this.owned;
    const hopCount = capture.feed(block instanceof Int16Array ? this.#toFloats(block) : block);
    if (hopCount > 0) this.#score = capture.records[(hopCount - 1) * RECORD_FLOATS + SCORE_FLOAT] ?? 0;
    return this.#score;
  }

  reset(): void {
    this.owned.reset();
    this.#score = 0;
  }

  #toFloats(block: Int16Array): Float32Array {
    checkBlock(block, this.#floats.length);
    const floats = (this.#floatViews[block.length] ??= this.#floats.subarray(0, block.length));
    this.#converter.toFloat32(block, floats);
    return floats;
  }
}
