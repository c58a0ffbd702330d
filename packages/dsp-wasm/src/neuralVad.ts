// This file is the entry point of the neural detector for pages and Node. Weights and kernel come with the first call.
import { compile } from './load/compile.ts';
import { decodeBase64 } from './load/base64.ts';
import { hasWasmSimd } from './load/simd.ts';
import type { Dsp } from './dsp.ts';
import type { NeuralVadAssets, NeuralVadSettings } from './neural/openNeuralVad.ts';
import { checkNeuralVadSettings, NETWORK_SAMPLE_RATE, openNeuralVad } from './neural/openNeuralVad.ts';
import type { Vad } from './vad.ts';

export type { AudioFormatErrorCode, AudioFormatErrorDetails } from './audioFormatError.ts';
export { AudioFormatError } from './audioFormatError.ts';
export { NEURAL_GATE_PRESETS } from './neural/gatePresets.ts';
export type { NeuralVadAssets, NeuralVadSettings } from './neural/openNeuralVad.ts';
export type { SpeechGateEvent, SpeechGateOptions } from './speechGate.ts';
export { SpeechGate } from './speechGate.ts';
export type { Vad } from './vad.ts';

export interface NeuralVadOptions extends NeuralVadSettings {
  /** A weight file of your own hosting; default: the one inside the package, imported when this is called. */
  readonly weights?: Uint8Array | ArrayBuffer;
}

/**
 * Silero's network, version 6, behind the `Vad` port: scores every 32 ms, the same bits on every platform. Nothing is
 * fetched: kernel and weights are modules of this package that nobody else imports. Rates other than 16 kHz bring in
 * `loadDsp` and its resampler.
 *
 * @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input`, `invalid-vad-option`, `invalid-weights` or
 *   `wasm-unavailable` (the promise rejects).
 */
export async function createNeuralVad(options: NeuralVadOptions): Promise<Vad> {
  checkNeuralVadSettings(options);
  const [assets, dsp] = await Promise.all([loadNeuralVadAssets(options), loadResampler(options)]);
  const kernel = await compile(assets.kernel);
  return openNeuralVad({ ...assets, kernel }, { ...options, ...dsp });
}

/**
 * Kernel and weights as bytes, 450 kB, for a worklet: put them into `processorOptions`, and give them there to
 * `openNeuralVad` of `@voicewire/dsp-wasm/neural-vad/sync`.
 */
export async function loadNeuralVadAssets(options: Pick<NeuralVadOptions, 'weights'> = {}): Promise<NeuralVadAssets> {
  const [kernel, weights] = await Promise.all([ownKernel(), options.weights ?? ownWeights()]);
  return { kernel: decodeBase64(kernel), weights };
}

async function ownKernel(): Promise<string> {
  if (hasWasmSimd()) return (await import('./generated/neuralWasm.ts')).NEURAL_WASM_BASE64;
  return (await import('./generated/neuralScalarWasm.ts')).NEURAL_SCALAR_WASM_BASE64;
}

async function ownWeights(): Promise<Uint8Array> {
  return (await import('./neural/weightText.ts')).decodeWeights();
}

async function loadResampler({ sampleRate }: NeuralVadOptions): Promise<{ dsp?: Dsp }> {
  if (sampleRate === NETWORK_SAMPLE_RATE) return {};
  return { dsp: await (await import('./index.ts')).loadDsp() };
}
