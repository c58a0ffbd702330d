// This file reads and writes WAV files: PCM of 16 bits and float of 32, any chunk order, any number of channels.
import { createVoiceError } from '../errors.ts';

/** Mono audio. */
export interface WavAudio {
  /** Hz. */
  readonly sampleRate: number;
  /** In [-1, 1]; several channels are averaged. */
  readonly samples: Float32Array;
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
/** The real format follows in a sub-format field. */
const FORMAT_EXTENSIBLE = 0xfffe;
/** RIFF, WAVE, `fmt ` and `data` headers of a plain PCM file. */
export const WAV_HEADER_BYTES = 44;

interface WavFormat {
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/** @throws {AudioFormatError} `unsupported-audio-file`. */
export function readWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12 || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE')
    throw unsupported('It is no WAV file.');
  let format: WavFormat | null = null;
  for (let at = 12; at + 8 <= bytes.byteLength;) {
    const tag = tagAt(view, at);
    const start = at + 8;
    // A recorder that was cut off leaves a length larger than the file: read what is there.
    const length = Math.min(view.getUint32(at + 4, true), bytes.byteLength - start);
    if (tag === 'fmt ' && length >= 16) format = readFormat(view, start, length);
    if (tag === 'data' && format !== null)
      return { sampleRate: format.sampleRate, samples: readSamples(view, start, length, format) };
    // Chunks are padded to even lengths.
    at = start + length + (length % 2);
  }
  throw unsupported(format === null ? 'It has no format chunk before its data.' : 'It has no data chunk.');
}

/** Header of a mono 16-bit file with `dataBytes` bytes of samples behind it. */
export function wavHeader(sampleRate: number, dataBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(WAV_HEADER_BYTES));
  writeTag(view, 0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  writeTag(view, 8, 'WAVE');
  writeTag(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeTag(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  return new Uint8Array(view.buffer);
}

function readFormat(view: DataView, at: number, length: number): WavFormat {
  const declared = view.getUint16(at, true);
  const encoding = declared === FORMAT_EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : declared;
  const format = {
    encoding,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
  const isKnown = (encoding === FORMAT_PCM && format.bits === 16) || (encoding === FORMAT_FLOAT && format.bits === 32);
  if (!isKnown || format.channels === 0) {
    throw unsupported(`It has format ${encoding} with ${format.bits} bits and ${format.channels} channels.`, {
      ...format,
    });
  }
  return format;
}

function readSamples(view: DataView, start: number, length: number, format: WavFormat): Float32Array {
  const sampleBytes = format.bits / 8;
  const samples = new Float32Array(Math.floor(length / (sampleBytes * format.channels)));
  const read =
    format.bits === 16 ? (at: number) => view.getInt16(at, true) / 32768 : (at: number) => view.getFloat32(at, true);
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++)
      sum += read(start + (i * format.channels + channel) * sampleBytes);
    samples[i] = sum / format.channels;
  }
  return samples;
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function writeTag(view: DataView, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) view.setUint8(at + i, tag.charCodeAt(i));
}

function unsupported(why: string, details: Record<string, unknown> = {}) {
  return createVoiceError('unsupported-audio-file', `The audio file cannot be read. ${why}`, { details });
}
