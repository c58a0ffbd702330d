// This file reads what the agent says to bridge a wait: a WAV file in base64, or plain words.
import type { FillerContent } from '../neutral/session.ts';
import { type Base64DecoderOptions, decodeBase64 } from '../wire/base64Decode.ts';
import { WAV_FORMAT_PCM, readWavHeader } from '../wire/wavHeader.ts';

/** How `RIFF` begins in base64; the fourth letter depends on what follows. */
const RIFF_IN_BASE64 = 'UklGR';

/**
 * Reads a `filler`: a mono 16-bit PCM WAV file in base64, or text where the vendor has no sound (OpenAPI,
 * `audio_fillers`). `undefined` when it is neither playable nor fit to show: another kind of WAV, or nothing.
 */
export function readFiller(filler: string, options?: Base64DecoderOptions): FillerContent | undefined {
  if (filler === '') return undefined;
  if (!filler.startsWith(RIFF_IN_BASE64)) return { kind: 'text', text: filler };
  const { bytes } = decodeBase64(filler, options);
  const result = readWavHeader(bytes);
  if (result.status !== 'complete') return undefined;
  const { formatTag, channelCount, bitsPerSample, sampleRate, dataOffsetBytes, dataBytes } = result.header;
  if (formatTag !== WAV_FORMAT_PCM || channelCount !== 1 || bitsPerSample !== 16) return undefined;
  const end = dataBytes === undefined ? bytes.length : Math.min(bytes.length, dataOffsetBytes + dataBytes);
  const wholeBytes = (end - dataOffsetBytes) & ~1;
  if (wholeBytes === 0) return undefined;
  const samples = bytes.subarray(dataOffsetBytes, dataOffsetBytes + wholeBytes);
  return { kind: 'audio', bytes: samples, format: { encoding: 'pcm-s16le', sampleRate } };
}
