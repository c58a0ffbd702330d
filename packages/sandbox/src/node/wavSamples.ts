// This file reads the WAV that a synthesizer writes: 16-bit mono PCM, any rate.
import { WAV_FORMAT_PCM, readWavHeader } from '@voicewire/protocol/wire';
import { SandboxError } from '../errors.ts';
import { bytesToPcm } from '../server/pcmBytes.ts';

/** Samples with their rate. */
export interface WavSamples {
  /** Hz. */
  readonly sampleRate: number;
  readonly pcm: Int16Array;
}

/**
 * Reads a WAV file. A data length that runs over the end, as programs write that stream to a pipe, means all the rest.
 *
 * @throws {SandboxError} `synthesis-failed` for anything but 16-bit mono PCM.
 */
export function readWav(bytes: Uint8Array): WavSamples {
  const result = readWavHeader(bytes);
  if (result.status === 'incomplete') throw unreadable('no format or no audio');
  if (result.status === 'invalid') throw unreadable('not a WAV file');
  const { formatTag, channelCount, bitsPerSample, sampleRate, dataOffsetBytes, dataBytes = Infinity } = result.header;
  if (formatTag !== WAV_FORMAT_PCM || channelCount !== 1 || bitsPerSample !== 16) {
    throw unreadable('not 16-bit mono PCM');
  }
  const heldBytes = Math.min(dataBytes, bytes.length - dataOffsetBytes);
  return { sampleRate, pcm: bytesToPcm(bytes.subarray(dataOffsetBytes, dataOffsetBytes + heldBytes)) };
}

function unreadable(reason: string): SandboxError {
  return new SandboxError('synthesis-failed', `The synthesizer's output cannot be used: ${reason}.`);
}
