import { describe, expect, test } from 'vitest';
import { decodeMp3 } from '../../test/support/mp3Decoding.ts';
import type { Mp3Shape } from './mp3Codec.ts';
import { concatenateBytes, loadMp3Codec } from './mp3Codec.ts';
import { corruptMiddleFrame, createId3Tag, createInfoFrame, findMp3Frames } from './mp3Frames.ts';

const codec = await loadMp3Codec();
const MONO: Mp3Shape = { sampleRate: 22_050, bitRateKbps: 32, channelCount: 1 };
const STEREO: Mp3Shape = { sampleRate: 44_100, bitRateKbps: 128, channelCount: 2 };

/** A chirp, so that no two frames are alike. */
const encode = (shape: Mp3Shape): Uint8Array =>
  codec.encode(
    Int16Array.from({ length: shape.sampleRate }, (_, i) => Math.round(9000 * Math.sin((i * i) / 4e5))),
    shape,
  );

/** How many samples differ. */
const countDifferent = (a: Float32Array, b: Float32Array): number => a.filter((sample, i) => sample !== b[i]).length;

describe('frames', () => {
  test.each([
    ['22,050 Hz mono, 32 kbit/s', MONO, [104, 105]],
    ['44,100 Hz stereo, 128 kbit/s', STEREO, [417, 418]],
  ] as const)(
    '%s: one after another up to the end, each of a length that the standard has',
    (_name, shape, lengths) => {
      const bytes = encode(shape);
      const starts = findMp3Frames(bytes);
      const ends = [...starts.slice(1), bytes.length];
      const found = new Set(starts.map((start, i) => (ends[i] ?? 0) - start));
      expect(found).toEqual(new Set(lengths));
      expect(starts.length).toBe(Math.ceil(bytes.length / lengths[1]));
    },
  );

  test('the first lies behind an ID3 tag', () => {
    const bytes = encode(MONO);
    const shifted = findMp3Frames(bytes).map((start) => start + 45);
    expect(findMp3Frames(concatenateBytes([createId3Tag(), bytes]))).toEqual(shifted);
  });

  test('what is no stream has none', () => {
    expect(findMp3Frames(new Uint8Array(0))).toEqual([]);
    expect(findMp3Frames(new Uint8Array(400).fill(0xff))).toEqual([]);
  });
});

describe('what is no audio', () => {
  test('an ID3 tag is 45 bytes, an Info frame before 22,050 Hz is 182 and begins FF F3 70 C0', () => {
    expect(createId3Tag().length).toBe(45);
    const info = createInfoFrame(encode(MONO));
    expect(info.length).toBe(182);
    expect(Buffer.from(info.subarray(0, 4)).toString('hex')).toMatch(/^fff370c[04]$/);
    expect(findMp3Frames(info)).toEqual([0]);
  });

  test.each([
    ['22,050 Hz mono', MONO],
    ['44,100 Hz stereo', STEREO],
  ])('a decoder hears neither before %s', async (_name, shape) => {
    const bytes = encode(shape);
    const { pcm } = await decodeMp3(bytes);
    for (const prefix of [createId3Tag(), createInfoFrame(bytes)]) {
      const prefixed = await decodeMp3(concatenateBytes([prefix, bytes]));
      expect(prefixed.pcm.length).toBe(pcm.length);
      expect(countDifferent(prefixed.pcm, pcm)).toBe(0);
    }
  });
});

describe('a corrupt frame', () => {
  test('leaves all headers where they are, and what is decoded differs in the middle only', async () => {
    const bytes = encode(MONO);
    const corrupt = corruptMiddleFrame(bytes);
    expect(findMp3Frames(corrupt)).toEqual(findMp3Frames(bytes));
    const [good, bad] = [await decodeMp3(bytes), await decodeMp3(corrupt)];
    const third = Math.floor(good.pcm.length / 3);
    expect(countDifferent(good.pcm.subarray(0, third), bad.pcm.subarray(0, third))).toBe(0);
    expect(countDifferent(good.pcm, bad.pcm)).toBeGreaterThan(100);
  });
});
