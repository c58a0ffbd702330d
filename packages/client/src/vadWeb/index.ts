// This file is the entry point for `@ricky0123/vad-web`: its Silero network, in ONNX Runtime, behind the `Vad` port.
import { loadDsp } from '@voicewire/dsp-wasm';
import { createVoiceError, type VoiceError } from '../errors.ts';
import { createLateVad, type HopModel, type LateVad } from './lateVad.ts';

export type { LateVad } from './lateVad.ts';

export interface VadWebOptions {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES` of `@voicewire/dsp-wasm`. */
  readonly sampleRate: number;
  /**
   * `silero_vad_v6.onnx` (or v5) of the package, from your own server: bytes, or a function that fetches them. Nothing is
   * taken from a CDN.
   */
  readonly model: ArrayBuffer | (() => Promise<ArrayBuffer>);
  /** Address of the folder, with a slash, that has ONNX Runtime's `ort-wasm-simd-threaded.wasm` and `.mjs`. Node finds them. */
  readonly runtimeUrl?: string;
  /** Longest block that `process` will be given, in samples; default 4096. */
  readonly maxInputSamples?: number;
  /** Told once when the network fails while it runs; the score is 0 from then on. */
  readonly onFailure?: (error: VoiceError) => void;
}

/**
 * Wants `@ricky0123/vad-web` and `onnxruntime-web` installed; both are imported when this is called. One thread, on the
 * thread that calls: 4 MB to download, and a score comes a promise later than its audio. `createNeuralVad` of
 * `@voicewire/dsp-wasm/neural-vad` runs the same network in the audio thread, in a tenth of the time and the download.
 *
 * @throws {VoiceError} `detector-load-failed` (the promise rejects), with what failed as its cause.
 */
export async function createVadWeb(options: VadWebOptions): Promise<LateVad> {
  const { sampleRate, maxInputSamples = 4096, onFailure } = options;
  const [dsp, model] = await Promise.all([loadDsp(), loadModel(options)]);
  return createLateVad(dsp, model, {
    sampleRate,
    maxInputSamples,
    onFailure: (cause) =>
      onFailure?.(createVoiceError('detector-load-failed', 'The network failed while it ran.', { cause })),
  });
}

async function loadModel({ model, runtimeUrl }: VadWebOptions): Promise<HopModel> {
  try {
    const [{ Silero }, runtime, bytes] = await Promise.all([
      import('@ricky0123/vad-web/dist/models/silero.js'),
      import('onnxruntime-web/wasm'),
      model instanceof ArrayBuffer ? model : model(),
    ]);
    // More threads need shared memory, so cross-origin isolation, and gain nothing for a network of this size.
    runtime.env.wasm.numThreads = 1;
    if (runtimeUrl !== undefined) runtime.env.wasm.wasmPaths = runtimeUrl;
    return await Silero.new(runtime, () => Promise.resolve(bytes));
  } catch (cause) {
    throw createVoiceError('detector-load-failed', 'The network of @ricky0123/vad-web could not be loaded.', { cause });
  }
}
