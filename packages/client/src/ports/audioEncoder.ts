// This file defines the encoder port: for vendors that take compressed audio from the user.
import type { Mp3UplinkFormat } from '@voicewire/protocol';

/** Encodes stream after stream, each of them whole frames from its beginning to its end. */
export interface AudioEncoder {
  /**
   * @param pcm Mono PCM at 16 kHz, signed 16-bit little-endian, whole samples. The first after `finish` begins a stream.
   * @returns The bytes that are ready, cut anywhere; often none. Valid until the next call.
   */
  encode(pcm: Uint8Array): Uint8Array;
  /** Ends the stream. @returns What was still held: the end of its last frame included. Valid until the next call. */
  finish(): Uint8Array;
}

/** Makes encoders; what takes long to load is loaded then. */
export interface AudioEncoders {
  /** @throws {AudioFormatError} `encoder-failed`, as a rejection. */
  open(format: Mp3UplinkFormat): Promise<AudioEncoder>;
}
