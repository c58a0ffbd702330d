import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { FaultPlan } from '../server/faultPlan.ts';
import { loadMp3Codec } from '../speech/mp3Codec.ts';
import { findMp3Frames } from '../speech/mp3Frames.ts';
import { cutAudio } from './cutting.ts';
import type { SocaFault } from './faults.ts';
import { CUT_NAMES, FAULTS } from './faults.ts';

const codec = await loadMp3Codec();
const SEED = 5;
/** 1.5 s, about 6 kB. */
const mp3 = codec.encode(
  Int16Array.from({ length: 33_000 }, (_, i) => Math.round(9000 * Math.sin((i * i) / 4e5))),
  { sampleRate: 22_050, bitRateKbps: 32, channelCount: 1 },
);

const cut = (...faults: readonly SocaFault[]): readonly string[] =>
  cutAudio(mp3, new FaultPlan(FAULTS, faults), createRandom(SEED));

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
/** Every text by itself. */
const decodeEach = (texts: readonly string[]): Uint8Array => new Uint8Array(Buffer.concat(texts.map(bytesOf)));
const sameAsMp3 = (bytes: Uint8Array): boolean => Buffer.compare(bytes, mp3) === 0;
/** Positions of the cuts, in bytes, of texts that are encodings of their own. */
const cutsOf = (texts: readonly string[]): readonly number[] => {
  let at = 0;
  return texts.map((text) => (at += bytesOf(text).length)).slice(0, -1);
};

describe('encodings of their own', () => {
  test.each([
    ['default', []],
    ['one-chunk', ['one-chunk']],
    ['padded, 0 mod 3', [{ name: 'padded-chunks', sizeBytes: 1023 }]],
    ['padded, 1 mod 3', [{ name: 'padded-chunks', sizeBytes: 1024 }]],
    ['padded, 2 mod 3', [{ name: 'padded-chunks', sizeBytes: 1025 }]],
    ['unpadded', ['unpadded-chunks']],
    ['one-byte', ['one-byte']],
    ['chunks-on-frames', ['chunks-on-frames']],
    ['chunks-mid-frame', ['chunks-mid-frame']],
    ['chunks-mid-header', ['chunks-mid-header']],
  ] as const)('%s: each text decodes by itself, and all together are the stream', (_name, faults) => {
    expect(sameAsMp3(decodeEach(cut(...faults)))).toBe(true);
  });

  test('by default the joined texts decode at once, as the vendor’s sample does it', () => {
    const texts = cut();
    expect(texts.length).toBe(Math.ceil(mp3.length / 1020));
    expect(sameAsMp3(bytesOf(texts.join('')))).toBe(true);
  });

  test('padded chunks of 1024 bytes end in ==, and joined they do not decode', () => {
    const texts = cut('padded-chunks');
    expect(texts.slice(0, -1).every((text) => text.endsWith('=='))).toBe(true);
    expect(() => atob(texts.join(''))).toThrow();
  });

  test('unpadded chunks have no =', () => {
    expect(cut('unpadded-chunks').some((text) => text.includes('='))).toBe(false);
  });

  test('cuts lie on frames, 2 bytes into a header, or 52 bytes into a frame', () => {
    const starts = new Set(findMp3Frames(mp3));
    for (const [name, offset] of [
      ['chunks-on-frames', 0],
      ['chunks-mid-header', 2],
      ['chunks-mid-frame', 52],
    ] as const) {
      const cuts = cutsOf(cut(name));
      expect(cuts.length).toBeGreaterThan(3);
      expect(cuts.every((at) => starts.has(at - offset))).toBe(true);
    }
  });

  test('one byte each for 2,000 chunks, then longer ones', () => {
    const texts = cut('one-byte');
    expect(texts.slice(0, 2000).every((text) => bytesOf(text).length === 1)).toBe(true);
    expect(texts.length).toBe(2000 + Math.ceil((mp3.length - 2000) / 1020));
  });
});

describe('slices of one encoding', () => {
  test.each(['slices-of-4', 'slices-anywhere', 'one-character'] as const)('%s: joined they are it', (name) => {
    expect(sameAsMp3(bytesOf(cut(name).join('')))).toBe(true);
  });

  test('at multiples of 4 each slice decodes by itself as well', () => {
    expect(sameAsMp3(decodeEach(cut('slices-of-4')))).toBe(true);
  });

  test('cut anywhere, slices end inside quanta and do not decode by themselves', () => {
    let at = 0;
    const rests = new Set(cut('slices-anywhere').map((text) => (at += text.length) % 4));
    expect(rests.size).toBeGreaterThan(1);
    expect(sameAsMp3(decodeEach(cut('slices-anywhere')))).toBe(false);
  });

  test('padded pieces that are joined and cut again have = in the middle of slices', () => {
    const joined = cut('padded-and-sliced').join('');
    expect(joined.slice(0, -4)).toContain('==');
    const pieces = joined.split(/(?<===)/);
    expect(sameAsMp3(decodeEach(pieces))).toBe(true);
  });
});

describe('around the text', () => {
  test.each(CUT_NAMES)('%s: line breaks and a data URL are put there and nothing is lost', (name) => {
    const plain = cut(name);
    const dressed = cut(name, 'line-breaks', 'data-url');
    expect(dressed[0]?.startsWith('data:audio/mp3;base64,')).toBe(true);
    expect(dressed.map((text) => text.replace('data:audio/mp3;base64,', '').replaceAll('\r\n', ''))).toEqual(plain);
    expect(dressed.every((text) => text.split('\r\n').every((line) => line.length <= 76 + 22))).toBe(true);
  });

  test('a sentence without audio has no chunks', () => {
    for (const name of CUT_NAMES) {
      expect(cutAudio(new Uint8Array(0), new FaultPlan(FAULTS, [name]), createRandom(SEED))).toEqual([]);
    }
  });
});
