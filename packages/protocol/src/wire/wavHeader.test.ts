// This file checks that the audio in a WAV file is found behind any chunks, and that nothing else is taken for one.
import { encodeWav } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWavHeader, type WavHeaderResult } from './wavHeader.ts';

const SAMPLES = Int16Array.from({ length: 160 }, (_, index) => index * 100);
const PLAIN = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: SAMPLES });
const FORMAT = { formatTag: 1, channelCount: 1, sampleRate: 16_000, bitsPerSample: 16 };

function chunk(tag: string, body: readonly number[], sizeBytes = body.length): number[] {
  const size = new Uint8Array(Uint32Array.of(sizeBytes).buffer);
  return [...Buffer.from(tag), ...size, ...body, ...(body.length % 2 === 1 ? [0] : [])];
}

const FMT_BODY = [...PLAIN.subarray(20, 36)];

function file(chunks: readonly (readonly number[])[], riffBytes?: number): Uint8Array {
  const body = chunks.flat();
  return Uint8Array.from([...chunk('RIFF', [], riffBytes ?? body.length + 4), ...Buffer.from('WAVE'), ...body]);
}

/** Throws unless the result is a header with these fields. */
function expectHeader(result: WavHeaderResult, dataOffsetBytes: number, dataBytes: number | undefined): void {
  expect(result).toEqual({ status: 'complete', header: { ...FORMAT, dataOffsetBytes, dataBytes } });
}

describe('readWavHeader', () => {
  test('finds the data of a plain file at byte 44, with any bytes after it or none', () => {
    expectHeader(readWavHeader(PLAIN), 44, 320);
    expectHeader(readWavHeader(PLAIN.subarray(0, 44)), 44, 320);
  });

  test('asks for more bytes for every shorter start of a file', () => {
    for (let length = 0; length < 44; length++) {
      expect(readWavHeader(PLAIN.subarray(0, length)), `${length} bytes`).toEqual({ status: 'incomplete' });
    }
  });

  test('walks over LIST, odd-sized and unknown chunks, before and after fmt', () => {
    const list = chunk('LIST', [...Buffer.from('INFOISFT\x05\0\0\0voice\0')]);
    const odd = chunk('id3 ', [1, 2, 3]);
    const bytes = file([odd, chunk('fmt ', FMT_BODY), list, chunk('data', [1, 2, 3, 4])]);
    expectHeader(readWavHeader(bytes), 12 + 12 + 24 + list.length + 8, 4);
  });

  test('reads the format inside an extensible header', () => {
    const extensible = [0xfe, 0xff, ...FMT_BODY.slice(2), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0, ...Buffer.alloc(14)];
    expectHeader(readWavHeader(file([chunk('fmt ', extensible), chunk('data', [0, 0])])), 68, 2);
    // Too short to hold the format inside: the tag stays what it is.
    const cut = file([chunk('fmt ', extensible.slice(0, 18)), chunk('data', [0, 0])]);
    expect(readWavHeader(cut)).toMatchObject({ status: 'complete', header: { formatTag: 0xfffe } });
  });

  test.each([
    ['0xffffffff', 0xffff_ffff, undefined, undefined],
    ['0, in a RIFF of 0', 0, 0, undefined],
    ['0, in a RIFF of 0xffffffff', 0, 0xffff_ffff, undefined],
    ['0, in a RIFF that ends there', 0, 36, undefined],
    ['0, in a RIFF that goes on', 0, 100, 0],
    ['more than there is', 5_000_000, undefined, 5_000_000],
  ])('takes a data size of %s for what it is', (_name, sizeBytes, riffBytes, dataBytes) => {
    const bytes = file([chunk('fmt ', FMT_BODY), chunk('data', [1, 2], sizeBytes)], riffBytes);
    expectHeader(readWavHeader(bytes), 44, dataBytes);
  });

  test.each([
    ['text', Uint8Array.from(Buffer.from('{"a":1}')), 'a RIFF/WAVE file'],
    ['another RIFF', Uint8Array.from(Buffer.from('RIFF\0\0\0\0AVI ')), 'a RIFF/WAVE file'],
    ['data before fmt', file([chunk('data', [1, 2])]), 'a fmt chunk before the data chunk'],
    ['a short fmt', file([chunk('fmt ', FMT_BODY.slice(0, 14)), chunk('data', [])]), 'a fmt chunk of 16 bytes'],
    [
      'no data for 4 GB',
      file([chunk('fmt ', FMT_BODY), chunk('junk', [], 0xffff_fff0)]),
      'a data chunk within 262144 bytes',
    ],
    [
      'a rate of 0',
      file([chunk('fmt ', [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0]), chunk('data', [])]),
      'channels, a rate and a width',
    ],
  ])('refuses %s', (_name, bytes, expected) => {
    expect(readWavHeader(bytes)).toMatchObject({ status: 'invalid', issues: [{ expected }] });
  });

  test('reads a view, and never throws on 5000 damaged files', () => {
    const padded = Uint8Array.from([9, 9, 9, ...PLAIN]);
    expectHeader(readWavHeader(padded.subarray(3)), 44, 320);
    const damage = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 255 })), { maxLength: 6 });
    const property = fc.property(damage, fc.nat({ max: 400 }), (changes, length) => {
      const bytes = Uint8Array.from(PLAIN);
      for (const [at, byte] of changes) bytes[at] = byte;
      const result = readWavHeader(bytes.subarray(0, length));
      if (result.status === 'complete') expect(result.header.dataOffsetBytes).toBeLessThanOrEqual(length);
    });
    fc.assert(property, { numRuns: 5000 });
  });
});

test('expectHeader fails on another offset, another size and no header', () => {
  expect(() => expectHeader(readWavHeader(PLAIN), 45, 320)).toThrow();
  expect(() => expectHeader(readWavHeader(PLAIN), 44, undefined)).toThrow();
  expect(() => expectHeader({ status: 'incomplete' }, 44, 320)).toThrow();
});
