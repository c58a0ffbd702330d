import { describe, expect, test } from 'vitest';
import { bytesToPcm, pcmToBytes } from './pcmBytes.ts';

const PCM = Int16Array.of(0, 1, -1, 256, -256, 32_767, -32_768, 0x1234);
const BYTES = Uint8Array.of(0, 0, 1, 0, 255, 255, 0, 1, 0, 255, 255, 127, 0, 128, 0x34, 0x12);

describe('PCM on the wire', () => {
  test('the low byte comes first', () => {
    expect(pcmToBytes(PCM)).toEqual(BYTES);
    expect(bytesToPcm(BYTES)).toEqual(PCM);
  });

  test('bytes at an odd offset of a larger buffer are read where they are', () => {
    const larger = Buffer.alloc(40, 99);
    larger.set(BYTES, 3);
    expect(bytesToPcm(larger.subarray(3, 3 + BYTES.length))).toEqual(PCM);
  });

  test('given bytes are filled, and given back', () => {
    const bytes = new Uint8Array(BYTES.length).fill(7);
    expect(pcmToBytes(PCM, bytes)).toBe(bytes);
    expect(bytes).toEqual(BYTES);
  });
});
