// This file defines the MP3 encoder that vendors with MP3 audio need, and loads one: a WebAssembly build of LAME.
import type { WasmMediaEncoder } from 'wasm-media-encoders';

/** What an MP3 stream is like. Constant bit rate. */
export interface Mp3Shape {
  /** Hz. */
  readonly sampleRate: 16_000 | 22_050 | 24_000 | 44_100 | 48_000;
  readonly bitRateKbps: 32 | 48 | 64 | 96 | 128;
  /** 2: both channels carry the same samples. */
  readonly channelCount: 1 | 2;
}

/** Encodes whole pieces of speech. Synchronous, so that runs on a virtual clock stay exact. */
export interface Mp3Codec {
  /**
   * Encodes one piece into a stream of its own: whole frames, no tags. Decoders give back about 1105 samples of silence
   * before it and up to two frames after it.
   *
   * @param pcm Mono samples at `shape.sampleRate`.
   */
  encode(pcm: Int16Array, shape: Mp3Shape): Uint8Array;
}

/** Samples per call, so that the encoder's memory stays small whatever the length of a piece. */
const BLOCK_SAMPLES = 4608;

/** Loads the encoder: 130 kB of WebAssembly, about 50 ms. One serves all sessions. */
export async function loadMp3Codec(): Promise<Mp3Codec> {
  // Not at the top: who speaks no MP3 never reads the 780 kB that the library inlines.
  const { createMp3Encoder } = await import('wasm-media-encoders');
  return new LameCodec(await createMp3Encoder());
}

/** One encoder for all: `configure` begins a new stream, and no stream outlives the call that began it. */
class LameCodec implements Mp3Codec {
  readonly #encoder: WasmMediaEncoder<'audio/mpeg'>;

  constructor(encoder: WasmMediaEncoder<'audio/mpeg'>) {
    this.#encoder = encoder;
  }

  encode(pcm: Int16Array, { sampleRate, bitRateKbps, channelCount }: Mp3Shape): Uint8Array {
    this.#encoder.configure({ sampleRate, channels: channelCount, bitrate: bitRateKbps });
    const pieces: Uint8Array[] = [];
    const block = new Float32Array(BLOCK_SAMPLES);
    for (let at = 0; at < pcm.length; at += BLOCK_SAMPLES) {
      const count = Math.min(BLOCK_SAMPLES, pcm.length - at);
      for (let i = 0; i < count; i++) block[i] = (pcm[at + i] ?? 0) / 32_768;
      const samples = block.subarray(0, count);
      // The result is a view of the encoder's own buffer.
      pieces.push(this.#encoder.encode(channelCount === 2 ? [samples, samples] : [samples]).slice());
    }
    pieces.push(this.#encoder.finalize().slice());
    return concatenateBytes(pieces);
  }
}

/** All pieces in one fresh block. */
export function concatenateBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
