// This file is the entry point for audio worklets, where nothing can be awaited or fetched.
import type { Dsp } from './dsp.ts';
import { createDspFrom } from './dsp.ts';
import type { WasmSource } from './load/compile.ts';
import { compileSync } from './load/compile.ts';

export type { AudioFormatErrorCode, AudioFormatErrorDetails } from './audioFormatError.ts';
export { AudioFormatError } from './audioFormatError.ts';
export type {
  CaptureChain,
  CaptureChainOptions,
  CaptureSettings,
  FrameListener,
  MeasuredFrameListener,
} from './captureChain.ts';
export type { MeasuredFrame } from './captureStage.ts';
export { TpdfDither } from './dither.ts';
export type { Dsp } from './dsp.ts';
export type { WasmSource } from './load/compile.ts';
export { hasWasmSimd } from './load/simd.ts';
export type { WasmModule } from './load/webAssembly.ts';
export type { Concealer, ConcealerOptions } from './player/concealer.ts';
export type { Gain, GainOptions } from './player/gain.ts';
export type { TimeStretch, TimeStretchOptions } from './player/timeStretch.ts';
export type { ResamplerQuality } from './quality.ts';
export type { Resampler, ResamplerOptions } from './resampler.ts';
export type { SpeechGateEvent, SpeechGateOptions } from './speechGate.ts';
export { SpeechGate } from './speechGate.ts';
export type { VadOptions } from './spectralVad.ts';
export type { Vad } from './vad.ts';

/**
 * Compiles the kernels at once. Uses nothing of the platform but `WebAssembly`: no fetch, no timers, no text decoder.
 *
 * @param source `wasmBytes()` of `@voicewire/dsp-wasm/wasm`, or a `WebAssembly.Module` compiled from them elsewhere. For
 *   browsers without WebAssembly SIMD: `hasWasmSimd() ? wasmBytes() : scalarWasmBytes()`, the latter of `/fallback`.
 * @throws {AudioFormatError} `wasm-unavailable`.
 */
export function createDsp(source: WasmSource): Dsp {
  return createDspFrom(compileSync(source));
}
