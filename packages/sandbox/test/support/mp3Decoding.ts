// This file decodes MP3 for tests, with a decoder that nobody here wrote, and compares the result with what was said.
import { findBestCorrelation } from '@voicewire/testkit';
import { MPEGDecoder } from 'mpg123-decoder';

/** Decoded audio: the left channel. */
export interface DecodedMp3 {
  readonly sampleRate: number;
  readonly pcm: Float32Array;
}

const decoder = new MPEGDecoder({ enableGapless: false });
await decoder.ready;

/** Decodes one stream from its first byte to its last. */
export async function decodeMp3(bytes: Uint8Array): Promise<DecodedMp3> {
  await decoder.reset();
  const { channelData, sampleRate } = decoder.decode(bytes);
  return { sampleRate, pcm: (channelData[0] ?? new Float32Array(0)).slice() };
}

/** How well decoded audio matches speech at 16 kHz, and where the speech begins in it. */
export function compareWithSpeech(
  { pcm, sampleRate }: DecodedMp3,
  speech: Int16Array,
): { readonly correlation: number; readonly delayMs: number; readonly extraMs: number } {
  const wanted = interpolate(speech, 16_000, sampleRate);
  const { correlation, lagSamples } = findBestCorrelation(wanted, pcm);
  const extraSamples = pcm.length - wanted.length;
  return { correlation, delayMs: (lagSamples * 1000) / sampleRate, extraMs: (extraSamples * 1000) / sampleRate };
}

/** Straight lines between samples: not good, but nothing of what it judges. */
function interpolate(speech: Int16Array, fromRate: number, toRate: number): Float32Array {
  const length = Math.floor((speech.length * toRate) / fromRate);
  return Float32Array.from({ length }, (_, i) => {
    const at = (i * fromRate) / toRate;
    const left = Math.floor(at);
    const before = speech[left] ?? 0;
    const after = speech[left + 1] ?? 0;
    return (before + (after - before) * (at - left)) / 32_768;
  });
}
