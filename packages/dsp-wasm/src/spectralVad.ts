// This file is the detector for callers who have audio of their own, not a capture chain.
import { checkBlock, maxInputSamplesOf } from './blockLimits.ts';
import { CAPTURE_SAMPLE_RATE, openCaptureStage, VAD_HOP_SAMPLES } from './captureStage.ts';
import { makeDisposable } from './disposableStage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import type { PcmConverter } from './pcmConverter.ts';
import { checkSampleRate } from './sampleRates.ts';
import type { Vad } from './vad.ts';
import { viewsByLength } from './views.ts';

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
  const { sampleRate } = options;
  checkSampleRate('sampleRate', sampleRate);
  const maxInputSamples = maxInputSamplesOf(options);
  const shape = { inputSampleRate: sampleRate, maxInputSamples, frameSamples: VAD_HOP_SAMPLES, hasVad: true };
  // A field that begins as NaN is kept as a raw double by V8, and overwritten in place.
  const latest = { score: Number.NaN };
  // The capture chain's stage, of which only the score is kept, so that the two can never disagree.
  const capture = openCaptureStage(module, shape, ({ speechScore }) => {
    latest.score = speechScore;
  });
  const floats = new Float32Array(maxInputSamples);
  const floatsOf = viewsByLength((length) => floats.subarray(0, length));
  const reset = (): void => {
    capture.reset();
    latest.score = 0;
  };
  reset();
  return makeDisposable('voice activity detector', {
    sampleRate,
    hopMs: (VAD_HOP_SAMPLES * 1000) / CAPTURE_SAMPLE_RATE,
    process(block: Float32Array | Int16Array): number {
      checkBlock(block, maxInputSamples);
      capture.process(block instanceof Int16Array ? converter.int16ToFloat32(block, floatsOf(block.length)) : block);
      return latest.score;
    },
    reset,
  });
}
