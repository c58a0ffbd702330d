// This file is the entry point for pages and Node.
import type { Dsp } from './dsp.ts';
import { createDspFrom } from './dsp.ts';
import { DSP_WASM_BASE64 } from './generated/dspWasm.ts';
import type { WasmSource } from './load/compile.ts';
import { compile } from './load/compile.ts';
import { decodeEmbedded } from './load/embedded.ts';
import { canRun } from './load/webAssembly.ts';

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
export { SUPPORTED_FRAME_MS } from './captureChain.ts';
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
export { SUPPORTED_SAMPLE_RATES } from './sampleRates.ts';
export type { SpeechGateEvent, SpeechGateOptions } from './speechGate.ts';
export { SpeechGate } from './speechGate.ts';
export type { VadOptions } from './spectralVad.ts';
export type { Vad } from './vad.ts';

export interface LoadDspOptions {
  /** Default: the kernels inside the package, those without SIMD where the platform has none. Give a module compiled once to share the work between threads. */
  readonly wasm?: WasmSource;
}

/**
 * Compiles the kernels off the calling thread. Nothing is fetched: they are inside the package. Where WebAssembly has no
 * SIMD, slower kernels with the same results are imported instead, from a module that nobody else loads.
 *
 * @throws {AudioFormatError} `wasm-unavailable` (the promise rejects).
 */
export async function loadDsp(options: LoadDspOptions = {}): Promise<Dsp> {
  return createDspFrom(await compile(options.wasm ?? (await ownKernels())));
}

async function ownKernels(): Promise<WasmSource> {
  const bytes = decodeEmbedded(DSP_WASM_BASE64);
  if (canRun(bytes)) return bytes;
  const { scalarWasmBytes } = await import('./fallback.ts');
  return scalarWasmBytes();
}
