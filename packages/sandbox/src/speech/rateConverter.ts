// This file brings whole pieces of speech from one sample rate to another.
import { SUPPORTED_SAMPLE_RATES } from '@voicewire/dsp-wasm';
import type { StreamResampler, StreamResamplerOptions } from '../server/vendorServer.ts';

/** Samples per call of the resampler. */
const BLOCK_SAMPLES = 4096;

/** Converts piece by piece; one resampler per pair of rates, whatever the number of sessions. */
export class RateConverter {
  readonly #createResampler: (options: StreamResamplerOptions) => StreamResampler;
  /** By pair of rates. Only supported rates have one, so there are few. */
  readonly #resamplers = new Map<string, StreamResampler>();

  constructor(createResampler: (options: StreamResamplerOptions) => StreamResampler) {
    this.#createResampler = createResampler;
  }

  /**
   * Converts one whole piece; the result begins and ends with it, without the resampler's delay.
   *
   * @param inputSampleRate Hz. A rate that no resampler knows is interpolated linearly: good enough to hear, not to keep.
   * @param outputSampleRate Hz.
   * @returns The piece itself where the rates are the same.
   */
  convert(pcm: Int16Array, inputSampleRate: number, outputSampleRate: number): Int16Array {
    if (inputSampleRate === outputSampleRate) return pcm;
    const converted = new Int16Array(Math.ceil((pcm.length * outputSampleRate) / inputSampleRate));
    if (isSupported(inputSampleRate) && isSupported(outputSampleRate)) {
      resample(pcm, converted, this.#resampler(inputSampleRate, outputSampleRate));
    } else {
      interpolate(pcm, converted, inputSampleRate / outputSampleRate);
    }
    return converted;
  }

  #resampler(inputSampleRate: number, outputSampleRate: number): StreamResampler {
    const key = `${inputSampleRate}:${outputSampleRate}`;
    const resampler = this.#resamplers.get(key) ?? this.#createResampler({ inputSampleRate, outputSampleRate });
    this.#resamplers.set(key, resampler);
    return resampler;
  }
}

function isSupported(sampleRate: number): boolean {
  return SUPPORTED_SAMPLE_RATES.some((supported) => supported === sampleRate);
}

function resample(pcm: Int16Array, converted: Int16Array, resampler: StreamResampler): void {
  // The first samples out are the filter's delay, and flush() gives as many at the end.
  let at = -resampler.groupDelaySamples;
  const append = (samples: Float32Array): void => {
    for (const sample of samples) {
      if (at >= 0 && at < converted.length) converted[at] = toInt16(sample);
      at += 1;
    }
  };
  const block = new Float32Array(BLOCK_SAMPLES);
  for (let from = 0; from < pcm.length; from += BLOCK_SAMPLES) {
    const count = Math.min(BLOCK_SAMPLES, pcm.length - from);
    for (let i = 0; i < count; i++) block[i] = (pcm[from + i] ?? 0) / 32_768;
    append(resampler.process(block.subarray(0, count)));
  }
  append(resampler.flush());
  resampler.reset();
}

function interpolate(pcm: Int16Array, converted: Int16Array, step: number): void {
  for (let i = 0; i < converted.length; i++) {
    const position = i * step;
    const at = Math.floor(position);
    const before = pcm[at] ?? 0;
    const after = pcm[at + 1] ?? before;
    converted[i] = Math.round(before + (after - before) * (position - at));
  }
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}
