// This file turns agents' speech into MP3: from 16 kHz to the rate of the stream, then through the encoder; what was
// encoded just now is not encoded again.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Codec, Mp3Shape } from './mp3Codec.ts';
import { RateConverter } from './rateConverter.ts';
import { forgetOldest } from '../forgetOldest.ts';

/** Pieces that are remembered; of 3 s each, some 7 MB in all. Agents greet everybody with the same few sentences. */
const MAX_REMEMBERED = 64;

interface EncodedPiece {
  readonly pcm: Int16Array;
  readonly bytes: Uint8Array;
}

/** One for all sessions of a vendor: pieces are encoded whole, one after another. */
export class Mp3Speech {
  readonly #codec: Mp3Codec;
  readonly #converter: RateConverter;
  /** The least lately used first. */
  readonly #remembered = new Map<string, EncodedPiece>();

  constructor(codec: Mp3Codec, createResampler: SandboxServices['createResampler']) {
    this.#codec = codec;
    this.#converter = new RateConverter(createResampler);
  }

  /**
   * Encodes one piece into a stream of its own. Takes about 10 ms per second of speech, once.
   *
   * @param pcm Mono samples at 16 kHz; not to be changed afterwards.
   */
  encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array {
    const key = `${shape.sampleRate}:${shape.bitRateKbps}:${shape.channelCount}:${pcm.length}:${hashOf(pcm)}`;
    const known = this.#remembered.get(key);
    this.#remembered.delete(key);
    const bytes = known !== undefined && isSame(known.pcm, pcm) ? known.bytes : this.#encode(pcm, shape);
    this.#remembered.set(key, { pcm, bytes });
    forgetOldest(this.#remembered, MAX_REMEMBERED);
    return bytes;
  }

  #encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array {
    return this.#codec.encode(this.#converter.convert(pcm, AGENT_SAMPLE_RATE, shape.sampleRate), shape);
  }
}

/** FNV-1a over samples: enough to find a piece, not to trust that it is the same. */
function hashOf(pcm: Int16Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < pcm.length; i++) hash = Math.imul(hash ^ ((pcm[i] ?? 0) & 0xffff), 0x01000193);
  return hash >>> 0;
}

function isSame(a: Int16Array, b: Int16Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
