// This file writes WAV files: mono, 16-bit PCM.

const HEADER_BYTES = 44;
/** A size that says that the writer does not know it, since it streams. */
const UNKNOWN_SIZE = 0xffff_ffff;

/** What may be put before the audio. */
export interface WavOptions {
  /** Bytes of a LIST chunk before the audio, as many programs write one; even. Default 0: none. */
  readonly listBytes?: number;
}

/** A whole file. */
export function encodeWav(
  pcm: Int16Array,
  sampleRate: number,
  { listBytes = 0 }: WavOptions = {},
): Uint8Array<ArrayBuffer> {
  const listChunkBytes = listBytes === 0 ? 0 : 8 + listBytes;
  const bytes = new Uint8Array(HEADER_BYTES + listChunkBytes + 2 * pcm.length);
  const view = new DataView(bytes.buffer);
  writeFormat(view, bytes.length - 8, sampleRate);
  let at = 36;
  if (listBytes > 0) {
    writeChunkHeader(view, at, 'LIST', listBytes);
    at += listChunkBytes;
  }
  writeChunkHeader(view, at, 'data', 2 * pcm.length);
  at += 8;
  for (let i = 0; i < pcm.length; i++) view.setInt16(at + 2 * i, pcm[i] ?? 0, true);
  return bytes;
}

/** The header of a file whose length is not known yet; samples follow. */
export function streamedWavHeader(sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  writeFormat(view, UNKNOWN_SIZE, sampleRate);
  writeChunkHeader(view, 36, 'data', UNKNOWN_SIZE);
  return bytes;
}

function writeFormat(view: DataView, riffBytes: number, sampleRate: number): void {
  writeChunkHeader(view, 0, 'RIFF', riffBytes);
  writeTag(view, 8, 'WAVE');
  writeChunkHeader(view, 12, 'fmt ', 16);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
}

function writeChunkHeader(view: DataView, at: number, tag: string, sizeBytes: number): void {
  writeTag(view, at, tag);
  view.setUint32(at + 4, sizeBytes, true);
}

function writeTag(view: DataView, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) view.setUint8(at + i, tag.charCodeAt(i));
}
