// This file checks UTF-8 against the platform's own, for sound and for broken text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText } from '../../test/hostileInputs.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

describe('encodeUtf8', () => {
  test('writes what TextEncoder writes, for 3000 texts with lone surrogates', () => {
    const property = fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    });
    fc.assert(property, { numRuns: 3000 });
  });
});

describe('decodeUtf8', () => {
  test('reads what TextDecoder reads, for 5000 arrays of which most are broken', () => {
    // Leads, tails and their borders, so that nearly right sequences are common.
    const edge = fc.constantFrom(
      ...[
        0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
        0xff,
      ],
    );
    const edgy = fc.array(edge, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));
    const sound = fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text));
    const property = fc.property(fc.oneof(edgy, sound, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      expect(decodeUtf8(bytes)).toBe(new TextDecoder().decode(bytes));
    });
    fc.assert(property, { numRuns: 5000 });
  });

  test('reads every code point that UTF-8 can hold, 4,000 at a time', () => {
    for (let first = 0; first <= 0x10_ffff; first += 4000) {
      let text = '';
      for (let point = first; point < first + 4000 && point <= 0x10_ffff; point++) {
        if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point);
      }
      expect(decodeUtf8(encodeUtf8(`x${text}`)) === `x${text}`, `from U+${first.toString(16)}`).toBe(true);
    }
  });

  test('drops one byte order mark at the start and keeps it elsewhere', () => {
    expect(decodeUtf8(encodeUtf8('\ufeff\ufeffa\ufeff'))).toBe('\ufeffa\ufeff');
  });

  test('reads a view, and 1 MB within the time of a test', () => {
    expect(decodeUtf8(encodeUtf8('abcdef').subarray(2, 4))).toBe('cd');
    expect(decodeUtf8(new Uint8Array(1_000_000).fill(0xff))).toBe('\ufffd'.repeat(1_000_000));
  });
});
