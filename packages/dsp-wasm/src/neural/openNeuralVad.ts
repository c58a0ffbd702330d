// This file is the neural detector that callers hold: blocks of any length and rate in, the latest score out.
import { AudioFormatError } from '../audioFormatError.ts';
import { checkBlock, maxInputSamplesOf } from '../blockLimits.ts';
import type { Dsp } from '../dsp.ts';
import { makeDisposable } from '../disposableStage.ts';
import type { WasmSource } from '../load/compile.ts';
import { compileSync } from '../load/compile.ts';
import type { Resampler } from '../resampler.ts';
import { checkSampleRate } from '../sampleRates.ts';
import type { Vad } from '../vad.ts';
import { viewsByLength } from '../views.ts';
import { NeuralStage } from './neuralStage.ts';
import { readWeightFile } from './weightFile.ts';

/** What a detector is made of. Plain bytes, so that they can be sent to a worklet in `processorOptions`. */
export interface NeuralVadAssets {
  /** The kernel, or a `WebAssembly.Module` compiled from it. */
  readonly kernel: WasmSource;
  /** `@voicewire/dsp-wasm/neural-vad/weights.bin`, or what `loadNeuralVadAssets` gives. */
  readonly weights: Uint8Array | ArrayBuffer;
}

export interface NeuralVadSettings {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`. */
  readonly sampleRate: number;
  /** Longest block that `process` will be given, in samples; default 4096. */
  readonly maxInputSamples?: number;
  /**
   * Over how much audio the work on a hop is spread, in ms; default 0: all of it in the call that completes the hop.
   * Up to 32. Scores come up to as much later, and no call that brings a quantum has more than a few microseconds of
   * work on a fast machine: for audio threads of slow ones.
   */
  readonly spreadMs?: number;
  /**
   * By how much quiet talkers are made louder at most, in dB; default 20, up to 40. 0 gives the network the samples as
   * they are. The gain never lowers anything, and rises slowly.
   */
  readonly maxGainDb?: number;
}

export interface OpenNeuralVadOptions extends NeuralVadSettings {
  /** Converts other rates than 16 kHz, for which it is needed. */
  readonly dsp?: Pick<Dsp, 'createResampler'>;
}

/** The network's own rate. */
export const NETWORK_SAMPLE_RATE = 16_000;
const HOP_SAMPLES = 512;
const HOP_MS = (HOP_SAMPLES * 1000) / NETWORK_SAMPLE_RATE;
const LARGEST_GAIN_DB = 40;
const INT16_STEP = 1 / 32_768;

/**
 * Makes a detector at once, out of assets that were loaded elsewhere. Uses nothing of the platform but `WebAssembly`.
 * After construction nothing is allocated, apart from one view per block length of int16.
 *
 * @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input`, `invalid-vad-option`, `missing-resampler`,
 *   `invalid-weights` or `wasm-unavailable`.
 */
export function openNeuralVad(
  { kernel, weights }: NeuralVadAssets,
  options: OpenNeuralVadOptions,
): Vad & { readonly stage: NeuralStage } {
  checkNeuralVadSettings(options);
  const { sampleRate, spreadMs = 0, maxGainDb = 20 } = options;
  const maxInputSamples = maxInputSamplesOf(options);
  const resampler = openResampler(options, maxInputSamples);
  const stage = new NeuralStage(compileSync(kernel), readWeightFile(weights), {
    maxInputSamples: Math.ceil((maxInputSamples * NETWORK_SAMPLE_RATE) / sampleRate) + 1,
    spreadSamples: Math.round((spreadMs * NETWORK_SAMPLE_RATE) / 1000),
    maxGain: 10 ** (maxGainDb / 20),
  });
  const floats = new Float32Array(maxInputSamples);
  const floatsOf = viewsByLength((length) => floats.subarray(0, length));
  const toFloats = (block: Int16Array): Float32Array => {
    const samples = floatsOf(block.length);
    for (let n = 0; n < samples.length; n++) samples[n] = (block[n] ?? 0) * INT16_STEP;
    return samples;
  };
  return makeDisposable('neural voice activity detector', {
    /** For tests that look at the memory, and for worklets: `feed`, then `fields`; `process` returns a number on the heap. */
    stage,
    sampleRate,
    hopMs: HOP_MS,
    process(block: Float32Array | Int16Array): number {
      checkBlock(block, maxInputSamples);
      const samples = block instanceof Int16Array ? toFloats(block) : block;
      stage.feed(resampler === null ? samples : resampler.process(samples));
      return stage.score;
    },
    reset(): void {
      stage.reset();
      resampler?.reset();
    },
  });
}

/** @throws {AudioFormatError} `unsupported-sample-rate`, `invalid-max-input` or `invalid-vad-option`. */
export function checkNeuralVadSettings(settings: NeuralVadSettings): void {
  const { sampleRate, spreadMs = 0, maxGainDb = 20 } = settings;
  checkSampleRate('sampleRate', sampleRate);
  maxInputSamplesOf(settings);
  checkRange('spreadMs', spreadMs, HOP_MS);
  checkRange('maxGainDb', maxGainDb, LARGEST_GAIN_DB);
}

function checkRange(option: string, value: number, most: number): void {
  if (value >= 0 && value <= most) return;
  const message = `The neural detector's ${option} is ${value}; wanted 0 to ${most}.`;
  throw new AudioFormatError('invalid-vad-option', message, { option, [option]: value, most });
}

function openResampler({ sampleRate, dsp }: OpenNeuralVadOptions, maxInputSamples: number): Resampler | null {
  if (sampleRate === NETWORK_SAMPLE_RATE) return null;
  if (dsp === undefined) {
    const message = `The network hears 16000 Hz: give a dsp that converts ${sampleRate} Hz.`;
    throw new AudioFormatError('missing-resampler', message, { sampleRate });
  }
  return dsp.createResampler({ inputSampleRate: sampleRate, outputSampleRate: NETWORK_SAMPLE_RATE, maxInputSamples });
}
