// This file turns agents' speech into MP3: from 16 kHz to the rate of the stream, then through the encoder.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Codec, Mp3Shape } from './mp3Codec.ts';
import { RateConverter } from './rateConverter.ts';

/** One for all sessions of a vendor: pieces are encoded whole, one after another. */
export class Mp3Speech {
  readonly #codec: Mp3Codec;
  readonly #converter: RateConverter;
  /** What was made of samples that are still around: agents with a script say the same to everybody. */
  readonly #encoded = new WeakMap<Int16Array, { readonly shape: Mp3Shape; readonly bytes: Uint8Array }>();

  constructor(codec: Mp3Codec, createResampler: SandboxServices['createResampler']) {
    this.#codec = codec;
    this.#converter = new RateConverter(createResampler);
  }

  /**
   * Encodes one piece into a stream of its own.
   *
   * @param pcm Mono samples at 16 kHz; not to be changed afterwards.
   */
  encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array {
    const known = this.#encoded.get(pcm);
    if (known?.shape === shape) return known.bytes;
    const bytes = this.#codec.encode(this.#converter.convert(pcm, AGENT_SAMPLE_RATE, shape.sampleRate), shape);
    this.#encoded.set(pcm, { shape, bytes });
    return bytes;
  }
}
