// This file turns agents' speech into MP3: from 16 kHz to the rate of the stream, then through the encoder.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Mp3Codec, Mp3Shape } from './mp3Codec.ts';

/** The part of a resampler of `@voicewire/dsp-wasm` that is used here. */
export interface SpeechResampler {
  /** How far the output lags the input, in samples at the output rate. */
  readonly groupDelaySamples: number;
  /** At most 4096 samples at a time; the result is valid until the next call. */
  process(input: Float32Array): Float32Array;
  /** Ends the stream; the next `process` begins another. */
  flush(): Float32Array;
}

/** Makes one; `Dsp.createResampler` does. */
export type CreateResampler = (options: {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
}) => SpeechResampler;

const BLOCK_SAMPLES = 4096;

/** One encoder and one resampler per rate, whatever the number of sessions: pieces are encoded whole, one after another. */
export class Mp3Speech {
  readonly #codec: Mp3Codec;
  readonly #createResampler: CreateResampler;
  readonly #resamplers = new Map<number, SpeechResampler>();

  constructor(codec: Mp3Codec, createResampler: CreateResampler) {
    this.#codec = codec;
    this.#createResampler = createResampler;
  }

  /** @param pcm Mono samples at 16 kHz. */
  encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array {
    return this.#codec.encode(this.#convert(pcm, shape.sampleRate), shape);
  }

  #convert(pcm: Int16Array, sampleRate: number): Int16Array {
    if (sampleRate === AGENT_SAMPLE_RATE) return pcm;
    const resampler = this.#resamplerTo(sampleRate);
    const delaySamples = resampler.groupDelaySamples;
    const converted = new Int16Array(Math.ceil((pcm.length * sampleRate) / AGENT_SAMPLE_RATE));
    // The first samples out are the filter's delay, and flush() gives as many at the end.
    let at = -delaySamples;
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
    return converted;
  }

  #resamplerTo(sampleRate: number): SpeechResampler {
    const known = this.#resamplers.get(sampleRate);
    if (known !== undefined) return known;
    const resampler = this.#createResampler({ inputSampleRate: AGENT_SAMPLE_RATE, outputSampleRate: sampleRate });
    this.#resamplers.set(sampleRate, resampler);
    return resampler;
  }
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}
