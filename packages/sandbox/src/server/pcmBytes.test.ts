import { describe, expect, test } from 'vitest';
import { PcmView, bytesToPcm, pcmToBytes } from './pcmBytes.ts';

const PCM = Int16Array.of(0, 1, -1, 256, -256, 32_767, -32_768, 0x1234);
const BYTES = Uint8Array.of(0, 0, 1, 0, 255, 255, 0, 1, 0, 255, 255, 127, 0, 128, 0x34, 0x12);

describe('PCM on the wire', () => {
  test('the low byte comes first', () => {
    expect(pcmToBytes(PCM)).toEqual(BYTES);
    expect(new PcmView().of(PCM)).toEqual(BYTES);
    expect(bytesToPcm(BYTES)).toEqual(PCM);
  });

  test('bytes at an odd offset of a larger buffer are read where they are', () => {
    const larger = Buffer.alloc(40, 99);
    larger.set(BYTES, 3);
    expect(bytesToPcm(larger.subarray(3, 3 + BYTES.length))).toEqual(PCM);
  });

  test('a given block is filled, and given back', () => {
    const pcm = new Int16Array(PCM.length).fill(7);
    expect(bytesToPcm(BYTES, pcm)).toBe(pcm);
    expect(pcm).toEqual(PCM);
  });

  test('of an odd number of bytes, the last is left', () => {
    expect(bytesToPcm(BYTES.subarray(0, 5))).toEqual(PCM.subarray(0, 2));
  });

  test('bytes of a part of a larger block are those of that part', () => {
    const larger = Int16Array.of(9, ...PCM, 9);
    expect(pcmToBytes(larger.subarray(1, -1))).toEqual(BYTES);
    expect(new PcmView().of(larger.subarray(1, -1))).toEqual(BYTES);
  });

  test('a view that is kept shows what its block holds now, and that of another block once that is asked for', () => {
    const view = new PcmView();
    const pcm = new Int16Array(PCM.length);
    expect(view.of(pcm)).toEqual(new Uint8Array(BYTES.length));
    pcm.set(PCM);
    expect(view.of(pcm)).toEqual(BYTES);
    expect(view.of(new Int16Array(2))).toEqual(new Uint8Array(4));
    expect(view.of(pcm)).toEqual(BYTES);
  });

  test('a copy stays what it is when the samples change', () => {
    const pcm = PCM.slice();
    const bytes = pcmToBytes(pcm);
    pcm.fill(0);
    expect(bytes).toEqual(BYTES);
  });
});
