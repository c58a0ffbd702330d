// This file explains binary messages of a wrong length by the client mistake that usually makes them.
import { LIMITS } from '@voicewire/protocol/voice-api';

const { frameBytes, frameSamples, sampleRate } = LIMITS;
const BYTES_PER_SAMPLE = 2;
const BYTES_PER_FLOAT = 4;
/** Block lengths that a ScriptProcessorNode can have, in samples. */
const SCRIPT_PROCESSOR_SAMPLES: readonly number[] = [256, 512, 1024, 2048, 4096, 8192, 16_384];

/** Says what a message of `sizeBytes`, which is not 640, looks like. */
export function describeWrongLength(sizeBytes: number): string {
  return `${sizeBytes} bytes, wanted ${frameBytes}: ${guessCause(sizeBytes)}`;
}

function guessCause(sizeBytes: number): string {
  if (sizeBytes === 0) return 'an empty message';
  if (sizeBytes % BYTES_PER_SAMPLE === 1) return 'an odd length cuts a sample in two';
  if (sizeBytes === frameSamples * BYTES_PER_FLOAT) return 'one frame sent as Float32, or two frames in one message';
  if (SCRIPT_PROCESSOR_SAMPLES.includes(sizeBytes / BYTES_PER_SAMPLE)) {
    return `a ScriptProcessor block of ${sizeBytes / BYTES_PER_SAMPLE} samples, not cut into frames`;
  }
  if (SCRIPT_PROCESSOR_SAMPLES.includes(sizeBytes / BYTES_PER_FLOAT)) {
    return `a ScriptProcessor block of ${sizeBytes / BYTES_PER_FLOAT} samples sent as Float32`;
  }
  if (sizeBytes % frameBytes === 0) return `${sizeBytes / frameBytes} frames in one message`;
  const ms = (sizeBytes / BYTES_PER_SAMPLE / sampleRate) * 1000;
  return `${ms.toFixed(1)} ms of audio`;
}

/**
 * Finds clients that send the buffer behind a view (`frame.buffer`) instead of the view: the whole buffer comes again
 * and again, with only a part of it renewed.
 */
export class SharedBufferCheck {
  #previous: Uint8Array | undefined;

  /** Takes a binary message longer than a frame; returns true when it repeats most of the one before. */
  isRepeated(bytes: Uint8Array): boolean {
    const previous = this.#previous;
    this.#previous = bytes.slice();
    if (previous?.length !== bytes.length) return false;
    let equalCount = 0;
    let soundingCount = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== previous[i]) continue;
      equalCount += 1;
      // Digital silence repeats itself in honest messages, too.
      if (bytes[i] !== 0) soundingCount += 1;
    }
    return equalCount >= bytes.length / 2 && soundingCount >= bytes.length / 4;
  }
}
