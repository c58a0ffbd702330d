import { describe, expect, test } from 'vitest';
import { readWav } from './wavSamples.ts';

/** A WAV file; `overrides` patch single bytes. */
function wav(
  samples: readonly number[],
  dataLength = samples.length * 2,
  overrides: Record<number, number> = {},
): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(22_050, 24);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(dataLength, 40);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(sample, 44 + 2 * i);
  for (const [at, byte] of Object.entries(overrides)) bytes.writeUInt8(byte, Number(at));
  return bytes;
}

describe('readWav', () => {
  test('reads rate and samples', () => {
    expect(readWav(wav([1, -2, 32_767]))).toEqual({ sampleRate: 22_050, pcm: Int16Array.of(1, -2, 32_767) });
  });

  test('a data length of 4 GB, as written to pipes, means all the rest', () => {
    expect(readWav(wav([1, 2], 0xffff_ffff)).pcm).toEqual(Int16Array.of(1, 2));
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['no RIFF', wav([1], 2, { 0: 0 })],
    ['stereo', wav([1], 2, { 22: 2 })],
    ['8 bits', wav([1], 2, { 34: 8 })],
    ['float', wav([1], 2, { 20: 3 })],
    ['no data', wav([1]).subarray(0, 36)],
  ])('%s is synthesis-failed', (_name, bytes) => {
    expect(() => readWav(bytes)).toThrow(expect.objectContaining({ code: 'synthesis-failed' }));
  });
});
