// This file reads and writes the clip file: a JSON index, then G.711 µ-law audio, in one block of bytes.
//
//   0   4 bytes   "VWC1"
//   4   u32 LE    length of the index in bytes
//   8   index     UTF-8 JSON, see ClipIndex
//   …   audio     one byte per sample, clip after clip
import { SandboxError } from '../errors.ts';
import { decodeMulaw } from './mulaw.ts';

const MAGIC = [0x56, 0x57, 0x43, 0x31] as const;
const HEADER_BYTES = 8;

/** The clip file's first part. */
export interface ClipIndex {
  /** Hz. */
  readonly sampleRate: number;
  /** Who speaks, e.g. the synthesizer and its voice. */
  readonly voice: string;
  readonly clips: readonly ClipEntry[];
}

/** One clip's words and where its audio lies. */
export interface ClipEntry {
  /** The words, as `normalizeWords` joins them. */
  readonly text: string;
  /** From the start of the audio part. */
  readonly offsetBytes: number;
  /** One byte per sample. */
  readonly lengthBytes: number;
}

/** An opened clip file. */
export interface ClipFile {
  readonly index: ClipIndex;
  /** Decodes one clip's audio; a fresh block every time. */
  decode(entry: ClipEntry): Int16Array;
}

/**
 * Opens a clip file.
 *
 * @throws {SandboxError} `clips-invalid` when the bytes are not a clip file of this version.
 */
export function openClipFile(bytes: Uint8Array): ClipFile {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw invalid('it does not start with VWC1');
  }
  const indexBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  const audioStart = HEADER_BYTES + indexBytes;
  if (audioStart > bytes.length) throw invalid('its index is cut off');
  const index = parseIndex(latin1(bytes.subarray(HEADER_BYTES, audioStart)));
  const audio = bytes.subarray(audioStart);
  if (index.clips.some((clip) => !isInside(clip, audio.length))) {
    throw invalid('a clip lies outside of its audio');
  }
  return {
    index,
    decode: (entry) => decodeMulaw(audio.subarray(entry.offsetBytes, entry.offsetBytes + entry.lengthBytes)),
  };
}

/** Builds a clip file from clips that are µ-law encoded already. Texts must be ASCII. */
export function packClipFile(
  source: { readonly sampleRate: number; readonly voice: string },
  clips: readonly { readonly text: string; readonly audio: Uint8Array }[],
): Uint8Array {
  let audioBytes = 0;
  const entries = clips.map(({ text, audio }): ClipEntry => {
    const entry = { text, offsetBytes: audioBytes, lengthBytes: audio.length };
    audioBytes += audio.length;
    return entry;
  });
  const index = JSON.stringify({ ...source, clips: entries } satisfies ClipIndex);
  const bytes = new Uint8Array(HEADER_BYTES + index.length + audioBytes);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(4, index.length, true);
  for (let i = 0; i < index.length; i++) bytes[HEADER_BYTES + i] = index.charCodeAt(i);
  for (const [i, { audio }] of clips.entries()) {
    bytes.set(audio, HEADER_BYTES + index.length + (entries[i]?.offsetBytes ?? 0));
  }
  return bytes;
}

function parseIndex(json: string): ClipIndex {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid('its index is not JSON', cause);
  }
  if (!isClipIndex(value)) throw invalid('its index does not fit');
  return value;
}

function isClipIndex(value: unknown): value is ClipIndex {
  const index = value as Partial<ClipIndex> | null;
  return (
    typeof index?.sampleRate === 'number' &&
    typeof index.voice === 'string' &&
    Array.isArray(index.clips) &&
    index.clips.every(
      (clip: Partial<ClipEntry> | null) =>
        typeof clip?.text === 'string' && Number.isInteger(clip.offsetBytes) && Number.isInteger(clip.lengthBytes),
    )
  );
}

function isInside({ offsetBytes, lengthBytes }: ClipEntry, audioBytes: number): boolean {
  return offsetBytes >= 0 && lengthBytes >= 0 && offsetBytes + lengthBytes <= audioBytes;
}

/** The core has no TextDecoder; the index is ASCII. */
function latin1(bytes: Uint8Array): string {
  const PIECE_BYTES = 4096;
  let text = '';
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(start, start + PIECE_BYTES));
  }
  return text;
}

function invalid(reason: string, cause?: unknown): SandboxError {
  return new SandboxError('clips-invalid', `The clip file cannot be used: ${reason}.`, {}, cause);
}
