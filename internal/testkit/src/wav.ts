// This file reads and writes 16-bit PCM WAV files for tests; it walks the chunks, so headers of any length are read.

export interface WavAudio {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Interleaved when there is more than one channel. */
  readonly samples: Int16Array;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_PCM = 1;
// WAVE_FORMAT_EXTENSIBLE: the real format is the first two bytes of the sub-format at offset 24.
const FORMAT_EXTENSIBLE = 0xfffe;

export function encodeWav({ sampleRate, channelCount, samples }: WavAudio): Uint8Array {
  const audioBytes = samples.length * 2;
  const bytes = new Uint8Array(RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES + 16 + CHUNK_HEADER_BYTES + audioBytes);
  const view = new DataView(bytes.buffer);
  writeTag(bytes, 0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  writeTag(bytes, 8, 'WAVE');
  writeTag(bytes, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channelCount * 2, true);
  view.setUint16(32, channelCount * 2, true);
  view.setUint16(34, 16, true);
  writeTag(bytes, 36, 'data');
  view.setUint32(40, audioBytes, true);
  for (let n = 0; n < samples.length; n++) view.setInt16(44 + 2 * n, samples[n]!, true);
  return bytes;
}

/** Throws an `Error` that says what is wrong; a data chunk longer than the file is read as far as it goes. */
export function decodeWav(bytes: Uint8Array): WavAudio {
  if (readTag(bytes, 0) !== 'RIFF' || readTag(bytes, 8) !== 'WAVE') throw new Error('Not a RIFF/WAVE file.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { sampleRate: number; channelCount: number } | undefined;
  for (let at = RIFF_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const tag = readTag(bytes, at);
    const chunkBytes = view.getUint32(at + 4, true);
    const body = at + CHUNK_HEADER_BYTES;
    if (tag === 'fmt ') format = readFormat(view, body);
    if (tag === 'data') {
      if (format === undefined) throw new Error('The data chunk comes before the fmt chunk.');
      return { ...format, samples: readSamples(view, body, Math.min(chunkBytes, bytes.length - body)) };
    }
    // Chunks start at even offsets.
    at = body + chunkBytes + (chunkBytes % 2);
  }
  throw new Error('The file has no data chunk.');
}

/** Samples in [-1, 1): int16 / 32768. */
export function toFloatSamples(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (value) => value / 32768);
}

function readFormat(view: DataView, at: number): { sampleRate: number; channelCount: number } {
  const tag = view.getUint16(at, true);
  const format = tag === FORMAT_EXTENSIBLE ? view.getUint16(at + 24, true) : tag;
  const bits = view.getUint16(at + 14, true);
  if (format !== FORMAT_PCM || bits !== 16)
    throw new Error(`Wanted 16-bit PCM (format 1), got format ${format} with ${bits} bits.`);
  return { channelCount: view.getUint16(at + 2, true), sampleRate: view.getUint32(at + 4, true) };
}

function readSamples(view: DataView, at: number, byteCount: number): Int16Array {
  return Int16Array.from({ length: byteCount >> 1 }, (_, n) => view.getInt16(at + 2 * n, true));
}

function readTag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function writeTag(bytes: Uint8Array, at: number, tag: string): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = tag.charCodeAt(i);
}
