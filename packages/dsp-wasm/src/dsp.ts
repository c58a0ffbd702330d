// This file is the package's front: compiled kernels, and the stages that can be made from them.
import type { CaptureChain, CaptureChainOptions } from './captureChain.ts';
import { createCaptureChain } from './captureChain.ts';
import type { TpdfDither } from './dither.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { openPcmConverter } from './pcmConverter.ts';
import type { Concealer, ConcealerOptions } from './player/concealer.ts';
import { createConcealer } from './player/concealer.ts';
import { CrossFader } from './player/crossFader.ts';
import type { Gain, GainOptions } from './player/gain.ts';
import { createGain } from './player/gain.ts';
import type { TimeStretch, TimeStretchOptions } from './player/timeStretch.ts';
import { createTimeStretch } from './player/timeStretch.ts';
import type { Resampler, ResamplerOptions } from './resampler.ts';
import { createResampler } from './resampler.ts';
import type { VadOptions } from './spectralVad.ts';
import { createVad } from './spectralVad.ts';
import type { Vad } from './vad.ts';

/** Makes stages. Each has a WebAssembly instance and a memory of its own, so stages never disturb one another. */
export interface Dsp {
  /** @throws {AudioFormatError} `unsupported-sample-rate`, `unsupported-quality` or `invalid-max-input`. */
  createResampler(options: ResamplerOptions): Resampler;
  /**
   * @throws {AudioFormatError} `unsupported-sample-rate`, `unsupported-frame-length`, `invalid-max-input`,
   *   `invalid-dither` or `missing-listener`.
   */
  createCaptureChain(options: CaptureChainOptions): CaptureChain;
  /** @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`. */
  createVad(options: VadOptions): Vad;
  /**
   * round(x · 32768), ties to even, clamped to -32768..32767; NaN gives 0.
   *
   * @param input Samples in [-1, 1], any number of them.
   * @param output Receives as many samples; what lies behind them is left alone. Made if left out.
   * @param dither Adds its noise before rounding, and moves on by as many samples. Left out: none.
   * @returns `output`.
   * @throws {AudioFormatError} `detached-input`, or `output-too-small` with `expectedSamples` and `actualSamples`.
   */
  float32ToInt16(input: Float32Array, output?: Int16Array, dither?: TpdfDither): Int16Array;
  /**
   * i / 32768: exact, so that every int16 survives the way there and back.
   *
   * @returns `output`, made if left out.
   * @throws {AudioFormatError} `detached-input`, or `output-too-small` with `expectedSamples` and `actualSamples`.
   */
  int16ToFloat32(input: Int16Array, output?: Float32Array): Float32Array;
  /** @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input` or `invalid-ratio`. */
  createTimeStretch(options: TimeStretchOptions): TimeStretch;
  /** @throws {AudioFormatError} `unsupported-sample-rate` or `invalid-max-input`. */
  createConcealer(options: ConcealerOptions): Concealer;
  /** @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input` or `invalid-gain`. */
  createGain(options: GainOptions): Gain;
  /**
   * Goes from one sound to another over the length of `from`: weights 1 - w and w with w = t² · (3 - 2t), nearly a raised
   * cosine. Where both are the same, samples keep their bits.
   *
   * @param to At least as many samples. Neither may hold NaN or infinities, which would stay.
   * @param output Receives as many samples as `from` has; may be `from` or `to`. Made if left out.
   * @returns `output`.
   * @throws {AudioFormatError} `detached-input`, or `output-too-small` with `expectedSamples` and `actualSamples`.
   */
  crossFade(from: Float32Array, to: Float32Array, output?: Float32Array): Float32Array;
}

export function createDspFrom(module: WasmModule): Dsp {
  const converter = openPcmConverter(module);
  let crossFader: CrossFader | undefined;
  return {
    ...converter,
    createResampler: (options) => createResampler(module, options),
    createCaptureChain: (options) => createCaptureChain(module, options),
    createVad: (options) => createVad(module, converter, options),
    createTimeStretch: (options) => createTimeStretch(module, options),
    createConcealer: (options) => createConcealer(module, options),
    createGain: (options) => createGain(module, options),
    crossFade: (from, to, output) => (crossFader ??= new CrossFader(module)).crossFade(from, to, output),
  };
}
