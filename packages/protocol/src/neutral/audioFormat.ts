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

/** Audio format on the wire. Further encodings join this union. */
export type AudioFormat = PcmFormat | Mp3Format;
