// This file checks that base64 survives every way of cutting and wrapping it, with and without a platform's decoder.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Stream } from '../../test/base64Stream.ts';
import { NO_REST, decodeBase64, decodePiece, type Base64DecoderOptions } from './base64Decode.ts';

/** Skips what is not base64, stops at padding. */
const byBuffer = (text: string): Uint8Array => Buffer.from(text, 'base64');
/** Throws on what is not base64, skips whitespace. */
const byAtob = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

const WAYS: readonly (readonly [string, Base64DecoderOptions])[] = [
  ['alone', {}],
  ['with Buffer', { decodeWhole: byBuffer }],
  ['with atob', { decodeWhole: byAtob }],
];

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const plain = (bytes: Uint8Array): number[] => [...bytes];

/** All bytes of a stream that comes in `pieces`. */
function decodeAll(pieces: readonly string[], options: Base64DecoderOptions): { bytes: number[]; dropped: number } {
  const decoder = new Base64Stream(options);
  const bytes = [...pieces, undefined].flatMap((piece) =>
    plain(piece === undefined ? decoder.flush() : decoder.decode(piece)),
  );
  return { bytes, dropped: decoder.droppedCharCount };
}

/** Throws unless the pieces restore exactly `bytes`. */
function expectRestored(pieces: readonly string[], bytes: Uint8Array, options: Base64DecoderOptions): void {
  expect(decodeAll(pieces, options)).toEqual({ bytes: plain(bytes), dropped: 0 });
}

function cutAt(text: string, places: readonly number[]): string[] {
  const sorted = [...places].map((place) => place % (text.length + 1)).toSorted((a, b) => a - b);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

const anyBytes = fc.uint8Array({ maxLength: 400 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe.each(WAYS)('decodePiece, %s', (_name, options) => {
  test('restores 0 to 12 bytes through every way of cutting their text in up to three pieces', () => {
    for (let length = 0; length <= 12; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 83 + 117) & 255);
      const text = toBase64(bytes);
      for (let a = 0; a <= text.length; a++) {
        for (let b = a; b <= text.length; b++) {
          expectRestored([text.slice(0, a), text.slice(a, b), text.slice(b)], bytes, options);
        }
      }
    }
  });

  test('restores 2000 random streams from slices cut anywhere', () => {
    const property = fc.property(anyBytes, cuts, (bytes, places) => {
      expectRestored(cutAt(toBase64(bytes), places), bytes, options);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('restores 2000 random streams from chunks padded one by one, and from slices of those', () => {
    const property = fc.property(fc.array(anyBytes, { maxLength: 6 }), cuts, (chunks, places) => {
      const bytes = Uint8Array.from(chunks.flatMap(plain));
      const texts = chunks.map(toBase64);
      expectRestored(texts, bytes, options);
      expectRestored(cutAt(texts.join(''), places), bytes, options);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('restores 1000 random streams, one character at a time', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 4 }), (chunks) => {
      const text = chunks.map(toBase64).join('');
      expectRestored(text.split(''), Uint8Array.from(chunks.flatMap(plain)), options);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('reads whitespace, the URL alphabet, missing padding and prefixes of data URLs, wherever the cuts are', () => {
    const dressing = fc.record({
      bytes: anyBytes,
      lineChars: fc.integer({ min: 1, max: 80 }),
      isUrlSafe: fc.boolean(),
      prefix: fc.constantFrom('', 'data:;base64,', 'data:audio/mp3;base64,', 'DATA:audio/mpeg;x="y";BASE64,'),
    });
    const property = fc.property(
      fc.array(dressing, { maxLength: 4 }),
      fc.boolean(),
      cuts,
      (parts, isPadded, places) => {
        const texts = parts.map(({ bytes, lineChars, isUrlSafe, prefix }, index) => {
          const text = Buffer.from(bytes).toString(isUrlSafe ? 'base64url' : 'base64');
          const isLast = index === parts.length - 1;
          // Only the last may go without padding, or one that a prefix follows.
          const padded = isPadded || !isLast ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text;
          return prefix + padded.replaceAll(new RegExp(`(.{${lineChars}})`, 'g'), '$1\r\n');
        });
        expectRestored(
          cutAt(texts.join(' '), places),
          Uint8Array.from(parts.flatMap(({ bytes }) => plain(bytes))),
          options,
        );
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  test('takes a prefix in the middle for the start of another encoding, also where padding is missing', () => {
    expectRestored(['data:;base64,SQ', 'data:;base64,QU0'], Uint8Array.of(73, 65, 77), options);
    expectRestored(['data:;base64,SQda', 'ta:;base64,QU0'], Uint8Array.of(73, 65, 77), options);
  });

  test('gives audio that happens to spell "data" when the next character shows that it is none', () => {
    const bytes = byBuffer('dataDatadata');
    expectRestored('dataDatadata'.split(''), bytes, options);
    const decoder = new Base64Stream(options);
    expect(decoder.decode('AAAAdata')).toHaveLength(3);
    expect(decoder.decode('AAAA')).toHaveLength(6);
  });

  test('gives 48 bytes for 64 characters at once, and lets no more than an incomplete quantum wait', () => {
    const decoder = new Base64Stream(options);
    expect(decoder.decode('A'.repeat(64))).toHaveLength(48);
    const [given = 0, ...rest] = ['A'.repeat(67), 'A', ''].map(
      (text, index) => decoder.decode(text, index === 2).length,
    );
    expect(given).toBeGreaterThanOrEqual(48);
    expect(rest.reduce((sum, lengthBytes) => sum + lengthBytes, given)).toBe(51);
  });

  test.each([
    ['A', [], 1],
    ['AA=', [0], 0],
    ['A===', [], 1],
    ['====', [], 0],
    ['AAA=A', [0, 0], 1],
    ['A!A€A\u0141A', [0, 0, 0], 3],
    ['A:AAA', [0, 0, 0], 1],
    ['AA//', [0, 15, 255], 0],
    [`${'A'.repeat(63)}\u0141`, Array.from({ length: 47 }, () => 0), 1],
  ])('reads %s as %j and drops %i characters', (text, bytes, dropped) => {
    expect(decodeAll([text], options)).toEqual({ bytes, dropped });
  });

  test('drops what claims to be a prefix and has no comma within 256 characters, and reads on', () => {
    const { bytes, dropped } = decodeAll([`data:${'x'.repeat(251)}`, 'QUJD'], options);
    expect({ bytes, dropped }).toEqual({ bytes: [65, 66, 67], dropped: 256 });
  });

  test('is ready for another stream after flush', () => {
    const decoder = new Base64Stream(options);
    decoder.decode('QUJDR');
    decoder.flush();
    decoder.decode('data:never ending');
    decoder.flush();
    expect(plain(decoder.decode('QUJE'))).toEqual([65, 66, 68]);
  });
});

test('whatever comes, however it is cut: the same bytes in all ways, and no throw, for 1000 texts', () => {
  const alphabet = 'AZaz09+/-_= \n\r\t:,;data!\u0141\ud83d€';
  const mostlyBase64 = fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.base64String({ maxLength: 100 }) },
        { weight: 2, arbitrary: fc.constantFrom(...alphabet.split('')) },
      ),
      {
        maxLength: 20,
      },
    )
    .map((parts) => parts.join(''));
  const property = fc.property(fc.oneof(mostlyBase64, fc.string({ unit: 'binary' })), cuts, (text, places) => {
    const expected = decodeAll(text.split(''), {});
    for (const [, options] of WAYS) {
      expect(decodeAll([text], options)).toEqual(expected);
      expect(decodeAll(cutAt(text, places), options)).toEqual(expected);
    }
  });
  fc.assert(property, { numRuns: 1000 });
});

test('does not trust a platform decoder that throws, skips or stops', () => {
  const text = `${toBase64(new Uint8Array(97))}${toBase64(new Uint8Array(100))}`;
  for (const decodeWhole of [
    () => {
      throw new TypeError('no');
    },
    () => new Uint8Array(0),
    () => new Uint8Array(1000),
    byBuffer,
    byAtob,
  ]) {
    expectRestored([text], new Uint8Array(197), { decodeWhole });
  }
});

test('asks the platform for whole quanta only, and hands its array on without a copy where that is everything', () => {
  const asked: string[] = [];
  const given = new Uint8Array(48);
  const decoder = new Base64Stream({
    decodeWhole(text) {
      asked.push(text);
      return given;
    },
  });
  expect(decoder.decode('A'.repeat(64)).buffer).toBe(given.buffer);
  decoder.decode('B'.repeat(66));
  decoder.decode('C'.repeat(68));
  expect(asked.map((text) => text.length)).toEqual([64, 64, 68]);
  expect(asked[2]).toBe(`BB${'C'.repeat(66)}`);
});

test.each([
  [`${'A'.repeat(64)}`, 48],
  [`${'A'.repeat(63)}=`, 47],
  [`${'A'.repeat(62)}==`, 46],
])('takes what the platform gives for %s, padding and all', (text, lengthBytes) => {
  const given = new Uint8Array(lengthBytes);
  const decoder = new Base64Stream({ decodeWhole: () => given });
  expect(decoder.decode(text)).toBe(given);
});

test('changes nothing but what it returns: the same rest and piece give the same again', () => {
  const { rest } = decodePiece(NO_REST, 'QUJDR', false);
  const first = decodePiece(rest, 'EVG', true);
  expect(plain(first.bytes)).toEqual([68, 69, 70]);
  expect(decodePiece(rest, 'EVG', true)).toEqual(first);
});

test('decodeBase64 decodes a piece that stands alone', () => {
  expect(decodeBase64('SUQz')).toEqual({ bytes: Uint8Array.of(73, 68, 51), droppedCharCount: 0, rest: NO_REST });
  expect(decodeBase64('SUQ')).toEqual({ bytes: Uint8Array.of(73, 68), droppedCharCount: 0, rest: NO_REST });
  expect(decodeBase64('SUQzSQ')).toEqual({ bytes: Uint8Array.of(73, 68, 51, 73), droppedCharCount: 0, rest: NO_REST });
  expect(decodeBase64('')).toEqual({ bytes: new Uint8Array(0), droppedCharCount: 0, rest: NO_REST });
  expect(decodeBase64('?')).toEqual({ bytes: new Uint8Array(0), droppedCharCount: 1, rest: NO_REST });
});

test('expectRestored fails on a byte too few, a wrong byte and a dropped character', () => {
  expect(() => expectRestored(['QUI='], Uint8Array.of(65, 66, 67), {})).toThrow();
  expect(() => expectRestored(['QUJE'], Uint8Array.of(65, 66, 67), {})).toThrow();
  expect(() => expectRestored(['QUJD!'], Uint8Array.of(65, 66, 67), {})).toThrow();
});
