// This file opens an uploaded recording and compares it with what the request declares: rule B-10.
import type { RequestAudioConfig } from '@voicewire/protocol/amigo-notes';
import type { WavHeader } from '@voicewire/protocol/wire';
import { WAV_FORMAT_PCM, readWavHeader, sniffAudio } from '@voicewire/protocol/wire';
import { BIT_RATES_KBPS, id3LengthOf } from '../speech/mp3Frames.ts';

/** A recording that can be heard, or an MP3 file, which has no decoder here. */
export type UploadedAudio =
  | { readonly kind: 'pcm'; readonly sampleRate: number; readonly pcm: Int16Array }
  | { readonly kind: 'mp3'; readonly durationMs: number };

/** The recording, or in which way it is not what was declared. */
export type OpenedUpload =
  | { readonly ok: true; readonly audio: UploadedAudio }
  | { readonly ok: false; readonly detail: string };

const CHUNK_HEADER_BYTES = 8;
/** Longest rest behind the audio that is walked, in chunks. */
const MAX_TRAILING_CHUNKS = 64;

/** Opens one. `declared` is what `request_audio_config` says. Never throws. */
export function openUpload(bytes: Uint8Array, declared: RequestAudioConfig): OpenedUpload {
  const kind = sniffAudio(bytes, true);
  if (declared.type === 'mp3') {
    return kind === 'mp3'
      ? { ok: true, audio: { kind: 'mp3', durationMs: mp3DurationMs(bytes) } }
      : fail(`declared mp3, found ${kind}`);
  }
  if (kind !== 'wav') return fail(`declared pcm, found ${kind === 'raw' ? 'no RIFF header' : kind}`);
  const header = readWavHeader(bytes);
  if (header.status !== 'complete') return fail('a WAV file whose audio cannot be found');
  const detail = findDifference(header.header, declared, bytes);
  return detail === undefined ? { ok: true, audio: readSamples(bytes, header.header) } : fail(detail);
}

function findDifference(
  { formatTag, channelCount, sampleRate, bitsPerSample, dataOffsetBytes, dataBytes }: WavHeader,
  declared: Extract<RequestAudioConfig, { type: 'pcm' }>,
  bytes: Uint8Array,
): string | undefined {
  const declaredBits = 8 * declared.sample_width;
  if (formatTag !== WAV_FORMAT_PCM) return `WAV format ${formatTag}, wanted 1 (PCM)`;
  if (sampleRate !== declared.frame_rate) return `a file at ${sampleRate} Hz, declared ${declared.frame_rate} Hz`;
  if (channelCount !== declared.n_channels) return `${channelCount} channels, declared ${declared.n_channels}`;
  if (bitsPerSample !== declaredBits) return `${bitsPerSample} bits per sample, declared ${declaredBits}`;
  const heldBytes = bytes.length - dataOffsetBytes;
  if (dataBytes === undefined) return `a data size that says nothing, wanted ${heldBytes} bytes`;
  if (dataBytes > heldBytes) return `a data size of ${dataBytes} bytes, found ${heldBytes}`;
  if (dataBytes % declared.sample_width !== 0) return `${dataBytes} bytes of audio, no whole samples`;
  return hasOnlyChunks(bytes, dataOffsetBytes + dataBytes + (dataBytes % 2))
    ? undefined
    : `a data size of ${dataBytes} bytes, found ${heldBytes}`;
}

/** True when nothing but chunks follows the audio: more audio would mean a wrong size. */
function hasOnlyChunks(bytes: Uint8Array, from: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  for (let count = 0; at < bytes.length && count < MAX_TRAILING_CHUNKS; count++) {
    if (at + CHUNK_HEADER_BYTES > bytes.length) return false;
    const sizeBytes = view.getUint32(at + 4, true);
    at += CHUNK_HEADER_BYTES + sizeBytes + (sizeBytes % 2);
  }
  // The last chunk may lack its padding byte.
  return at === bytes.length || at === bytes.length + 1;
}

function readSamples(bytes: Uint8Array, header: WavHeader): UploadedAudio {
  const { sampleRate, bitsPerSample, dataOffsetBytes, dataBytes = 0 } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffsetBytes, dataBytes);
  const widthBytes = bitsPerSample / 8;
  const pcm = new Int16Array(dataBytes / widthBytes);
  // Of 32 bits, the upper 16 are heard.
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(i * widthBytes + widthBytes - 2, true);
  return { kind: 'pcm', sampleRate, pcm };
}

function fail(detail: string): OpenedUpload {
  return { ok: false, detail };
}

/** Estimated from the first frame's bit rate, which holds for constant bit rates. */
function mp3DurationMs(bytes: Uint8Array): number {
  const start = Math.min(bytes.length, id3LengthOf(bytes));
  const isMpeg1 = (((bytes[start + 1] ?? 0) >> 3) & 3) === 3;
  const bitRateKbps = BIT_RATES_KBPS[isMpeg1 ? 'mpeg1' : 'mpeg2'][(bytes[start + 2] ?? 0) >> 4] ?? 0;
  return bitRateKbps === 0 ? 0 : ((bytes.length - start) * 8) / bitRateKbps;
}
