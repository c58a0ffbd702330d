import { describe, expect, test } from 'vitest';
import { createSeededRandom, makeSequence } from '@voicewire/testkit';
import { PcmDecoder } from './decodePcm.ts';

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

describe('PcmDecoder', () => {
  test('reads little-endian samples, negative ones too', () => {
    expect([...new PcmDecoder().decode(Uint8Array.of(1, 0, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f))]).toEqual([
      1, -1, -32768, 32767,
    ]);
  });

  test('restores every sample however the bytes are cut', () => {
    const random = createSeededRandom(20);
    const samples = makeSequence(0, 4_000);
    const bytes = bytesOf(samples);
    for (let round = 0; round < 200; round++) {
      const decoder = new PcmDecoder();
      const decoded: number[] = [];
      for (let at = 0; at < bytes.length;) {
        const length = random.integer(0, 700);
        decoded.push(...decoder.decode(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(decoded.length, `${random}`).toBe(samples.length);
      expect(
        decoded.every((value, i) => value === samples[i]),
        `${random}`,
      ).toBe(true);
      expect(decoder.hasCarry).toBe(false);
    }
  });

  test('counts packets with half a sample, and keeps the half', () => {
    const decoder = new PcmDecoder();
    expect(decoder.decode(Uint8Array.of(5)).length).toBe(0);
    expect(decoder.hasCarry).toBe(true);
    expect([...decoder.decode(Uint8Array.of(0, 6, 0))]).toEqual([5, 6]);
  });

  test('takes bytes that do not start at an even address', () => {
    const shifted = new Uint8Array(9).subarray(1);
    shifted.set([2, 0, 3, 0]);
    expect([...new PcmDecoder().decode(shifted)]).toEqual([2, 3, 0, 0]);
  });
});
