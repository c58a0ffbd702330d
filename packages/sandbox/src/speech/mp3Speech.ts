// This file turns agents' speech into MP3: from 16 kHz to the rate of the stream, then through the encoder.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Codec, Mp3Shape } from './mp3Codec.ts';
import { RateConverter } from './rateConverter.ts';

/** One for all sessions of a vendor: pieces are encoded whole, one after another. */
export class Mp3Speech {
  readonly #codec: Mp3Codec;
  readonly #converter: RateConverter;

  constructor(codec: Mp3Codec, createResampler: SandboxServices['createResampler']) {
    this.#codec = codec;
    this.#converter = new RateConverter(createResampler);
  }

  /** @param pcm Mono samples at 16 kHz. */
  encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array {
    return this.#codec.encode(this.#converter.convert(pcm, AGENT_SAMPLE_RATE, shape.sampleRate), shape);
  }
}
