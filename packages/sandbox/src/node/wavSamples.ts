// This file reads the WAV that a synthesizer writes: 16-bit mono PCM, any rate.
import { SandboxError } from '../errors.ts';

/** Samples with their rate. */
export interface WavSamples {
  /** Hz. */
  readonly sampleRate: number;
  readonly pcm: Int16Array;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_CHUNK_BYTES = 16;

/**
 * Reads a WAV file. A data length that runs over the end, as programs write that stream to a pipe, means all the rest.
 *
 * @throws {SandboxError} `synthesis-failed` for anything but 16-bit mono PCM.
 */
export function readWav(bytes: Uint8Array): WavSamples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < RIFF_HEADER_BYTES || tagAt(bytes, 0) !== 'RIFF' || tagAt(bytes, 8) !== 'WAVE') {
    throw unreadable('not a WAV file');
  }
  let sampleRate = 0;
  let at = RIFF_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= bytes.length) {
    const start = at + CHUNK_HEADER_BYTES;
    const length = Math.min(view.getUint32(at + 4, true), bytes.length - start);
    const tag = tagAt(bytes, at);
    if (tag === 'fmt ' && length >= FORMAT_CHUNK_BYTES) {
      const isPcm16Mono =
        view.getUint16(start, true) === 1 &&
        view.getUint16(start + 2, true) === 1 &&
        view.getUint16(start + 14, true) === 16;
      if (!isPcm16Mono) throw unreadable('not 16-bit mono PCM');
      sampleRate = view.getUint32(start + 4, true);
    }
    if (tag === 'data' && sampleRate > 0) return { sampleRate, pcm: readSamples(view, start, length >> 1) };
    at = start + length + (length & 1);
  }
  throw unreadable('no format or no audio');
}

function readSamples(view: DataView, start: number, count: number): Int16Array {
  const pcm = new Int16Array(count);
  for (let i = 0; i < count; i++) pcm[i] = view.getInt16(start + 2 * i, true);
  return pcm;
}

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function unreadable(reason: string): SandboxError {
  return new SandboxError('synthesis-failed', `The synthesizer's output cannot be used: ${reason}.`);
}
