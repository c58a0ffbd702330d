// This file names the audio formats that cross a socket. All audio here is mono unless its header says otherwise.

/** Mono PCM, signed 16-bit little-endian. */
export interface PcmFormat {
  readonly encoding: 'pcm-s16le';
  /** Hz. */
  readonly sampleRate: number;
}

/** MPEG audio, layer III. Packets are cut anywhere: inside frames, tags and headers. */
export interface Mp3Format {
  readonly encoding: 'mp3';
  /** Hz, where the vendor promises one; else the stream's own headers tell. */
  readonly sampleRate?: number;
}

/** MPEG-1 audio, layer III, as a client makes it: one stream of whole frames per utterance, at a constant bit rate. */
export interface Mp3UplinkFormat {
  readonly encoding: 'mp3';
  /** Hz. */
  readonly sampleRate: number;
  /** 2: both channels carry the same samples. */
  readonly channelCount: 1 | 2;
  readonly bitRateKbps: number;
}

/** What a client sends. Further encodings join this union. */
export type UplinkFormat = PcmFormat | Mp3UplinkFormat;

/** Audio format on the wire. Further encodings join this union. */
export type AudioFormat = PcmFormat | Mp3Format;
