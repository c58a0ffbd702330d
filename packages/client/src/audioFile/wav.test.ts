import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '@voicewire/testkit';
import { VoiceError } from '../errors.ts';
import { pcmBytes } from './pcm16.ts';
import { readWav, wavHeader } from './wav.ts';

function wavOf(samples: Float32Array, sampleRate = 16_000): Uint8Array {
  const data = pcmBytes(samples);
  return Buffer.concat([wavHeader(sampleRate, data.byteLength), data]);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof VoiceError ? error.code : 'no VoiceError';
  }
  return 'nothing thrown';
}

describe('WAV files', () => {
  test('every 16-bit value survives writing and reading', () => {
    const samples = Float32Array.from({ length: 65_536 }, (_, i) => (i - 32_768) / 32_768);
    const read = readWav(wavOf(samples));
    expect(read.sampleRate).toBe(16_000);
    expect(read.samples.every((value, i) => value === samples[i])).toBe(true);
  });

  test('saturates, and writes NaN as 0', () => {
    const written = new Int16Array(pcmBytes(Float32Array.of(2, -2, Number.NaN, 1)).buffer);
    expect([...written]).toEqual([32_767, -32_768, 0, 32_767]);
  });

  test('walks over chunks before the data, odd ones padded', () => {
    const plain = wavOf(Float32Array.of(0.5, -0.5));
    const list = Buffer.concat([Buffer.from('LIST'), Buffer.from([3, 0, 0, 0]), Buffer.from('abc\0')]);
    const file = Buffer.concat([plain.subarray(0, 36), list, plain.subarray(36)]);
    expect([...readWav(file).samples]).toEqual([0.5, -0.5]);
  });

  test('averages two channels and reads 32-bit floats', () => {
    const header = Buffer.from(wavHeader(48_000, 16));
    header.writeUInt16LE(3, 20);
    header.writeUInt16LE(2, 22);
    header.writeUInt16LE(32, 34);
    const file = Buffer.concat([header, Buffer.from(Float32Array.of(1, 0, -0.5, -0.5).buffer)]);
    expect([...readWav(file).samples]).toEqual([0.5, -0.5]);
  });

  test('reads what is there when the length in the header is too large', () => {
    const file = Buffer.from(wavOf(new Float32Array(100)));
    file.writeUInt32LE(0xffff_ffff, 40);
    expect(readWav(file).samples.length).toBe(100);
  });

  test('2,000 damaged files give samples or unsupported-audio-file, nothing else', () => {
    const random = createSeededRandom(7);
    const file = wavOf(new Float32Array(50).fill(0.25));
    for (let round = 0; round < 2_000; round++) {
      const damaged = Uint8Array.from(file).subarray(0, random.integer(0, file.length));
      for (let i = 0; i < 4 && damaged.length > 0; i++)
        damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
      expect(['nothing thrown', 'unsupported-audio-file'], `${random} round ${round}`).toContain(
        codeOf(() => readWav(damaged)),
      );
    }
  });
});
