// This file finds the audio in a WAV file by walking its chunks, also while the file is still arriving.
import type { ParseIssue } from '../neutral/parseResult.ts';

/** What a WAV file says about its audio, and where the audio is. */
export interface WavHeader {
  /** 1 is PCM, 3 is float; of an extensible header, the format inside. */
  readonly formatTag: number;
  readonly channelCount: number;
  /** Hz. */
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  /** From the start of the file. */
  readonly dataOffsetBytes: number;
  /** Undefined where the writer did not know, since it was streaming: the audio goes on until the file ends. */
  readonly dataBytes: number | undefined;
}

/** The header; or that more bytes are needed to tell; or why these bytes are no WAV file. */
export type WavHeaderResult =
  | { readonly status: 'complete'; readonly header: WavHeader }
  | { readonly status: 'incomplete' }
  | { readonly status: 'invalid'; readonly issues: readonly ParseIssue[] };

/** Format tag of PCM samples. RFC 2361. */
export const WAV_FORMAT_PCM = 1;

/** The tag that stands for "see the sub-format". */
const FORMAT_EXTENSIBLE = 0xfffe;
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const MIN_FORMAT_BYTES = 16;
/** Where an extensible format chunk holds the real format. */
const SUB_FORMAT_OFFSET_BYTES = 24;
const UNKNOWN_SIZE = 0xffff_ffff;
/** Chunks before the audio that are walked over. Ours: room for tags, and a bound on what the reader of a stream must keep. */
const MAX_HEADER_BYTES = 262_144;

/** Reads the header of a file of which `bytes` is the start, of any length. Never throws. */
export function readWavHeader(bytes: Uint8Array): WavHeaderResult {
  if (!isPrefixOf('RIFF', bytes, 0) || !isPrefixOf('WAVE', bytes, 8)) return invalid('a RIFF/WAVE file', 'other bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: ChunkPlace | undefined;
  for (let at = RIFF_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const place = { at: at + CHUNK_HEADER_BYTES, sizeBytes: view.getUint32(at + 4, true) };
    if (isPrefixOf('data', bytes, at)) {
      return format ? readFormat(view, format, place) : invalid('a fmt chunk before the data chunk', 'none');
    }
    if (isPrefixOf('fmt ', bytes, at)) {
      if (place.sizeBytes < MIN_FORMAT_BYTES) return invalid('a fmt chunk of 16 bytes', `${place.sizeBytes} bytes`);
      format = place;
    }
    // Chunks start at even offsets.
    at = place.at + place.sizeBytes + (place.sizeBytes % 2);
    if (at > MAX_HEADER_BYTES) return invalid(`a data chunk within ${MAX_HEADER_BYTES} bytes`, 'none');
  }
  return { status: 'incomplete' };
}

/** Where the body of a chunk is. */
interface ChunkPlace {
  readonly at: number;
  readonly sizeBytes: number;
}

function readFormat(view: DataView, format: ChunkPlace, { at, sizeBytes }: ChunkPlace): WavHeaderResult {
  const tag = view.getUint16(format.at, true);
  const isExtensible = tag === FORMAT_EXTENSIBLE && format.sizeBytes >= SUB_FORMAT_OFFSET_BYTES + 2;
  const header: WavHeader = {
    formatTag: isExtensible ? view.getUint16(format.at + SUB_FORMAT_OFFSET_BYTES, true) : tag,
    channelCount: view.getUint16(format.at + 2, true),
    sampleRate: view.getUint32(format.at + 4, true),
    bitsPerSample: view.getUint16(format.at + 14, true),
    dataOffsetBytes: at,
    dataBytes: isUnknownSize(sizeBytes, view.getUint32(4, true), at) ? undefined : sizeBytes,
  };
  if (header.channelCount === 0 || header.sampleRate === 0 || header.bitsPerSample === 0) {
    return invalid('channels, a rate and a width', 'a zero');
  }
  return { status: 'complete', header };
}

/** A writer that streams puts the largest number, or a zero that it cannot correct; then the file ends at the header. */
function isUnknownSize(sizeBytes: number, riffBytes: number, dataOffsetBytes: number): boolean {
  if (sizeBytes !== 0) return sizeBytes === UNKNOWN_SIZE;
  return riffBytes === UNKNOWN_SIZE || riffBytes + CHUNK_HEADER_BYTES <= dataOffsetBytes;
}

/** True when `tag` is at `at`, as far as there are bytes. */
function isPrefixOf(tag: string, bytes: Uint8Array, at: number): boolean {
  const count = Math.min(tag.length, bytes.length - at);
  for (let index = 0; index < count; index++) if (bytes[at + index] !== tag.charCodeAt(index)) return false;
  return true;
}

function invalid(expected: string, received: string): WavHeaderResult {
  return { status: 'invalid', issues: [{ path: [], expected, received }] };
}
