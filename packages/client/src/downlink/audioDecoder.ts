// This file defines the decoder port: bytes of one audio stream in, samples out, perhaps later and elsewhere.
import type { AudioFormat } from '@voicewire/protocol';
import type { VoiceError } from '../errors.ts';

/** What a decoder reports. Never called after `dispose`. */
export interface AudioDecoderSink {
  /** Decoded mono samples, in order. The array belongs to the receiver. */
  onPcm(pcm: Int16Array, sampleRate: number): void;
  /** Part of the stream could not be decoded; the rest goes on. */
  onFault(error: VoiceError): void;
  /** After `end`: the last samples have been given. */
  onEnd?(): void;
}

/** Decodes one stream. Streams that are opened one after the other deliver their samples in that order. */
export interface AudioDecoder {
  /** The next bytes, cut anywhere. They are taken over: the caller must not change them. */
  push(bytes: Uint8Array): void;
  /** No more bytes follow: what is still held comes out, and the decoder is done. */
  end(): void;
  /** Nobody wants the rest. */
  dispose(): void;
}

/** Opens decoders for compressed audio; PCM needs none. */
export interface AudioDecoders {
  /** Streams will be opened soon: what takes time may begin. */
  prepare(): void;
  open(format: Exclude<AudioFormat, { encoding: 'pcm-s16le' }>, sink: AudioDecoderSink): AudioDecoder;
  /** Frees what all decoders share. */
  close(): void;
}
