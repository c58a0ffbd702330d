// This file wraps samples into a WAV file.

const HEADER_BYTES = 44;

/** 16-bit mono PCM. */
export function encodeWav(pcm: Int16Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(HEADER_BYTES + pcm.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(pcm.length * 2, 40);
  pcm.forEach((sample, i) => bytes.writeInt16LE(sample, HEADER_BYTES + 2 * i));
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
