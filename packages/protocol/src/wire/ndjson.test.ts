// This file checks that lines of JSON survive every way in which a network cuts and ends them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParseResult } from '../neutral/parseResult.ts';
import { NdjsonParser, type NdjsonOptions } from './ndjson.ts';
import { parseJsonObject, type JsonObject } from './parseJsonObject.ts';
import { encodeUtf8 } from './utf8.ts';

const MAX_LINE_BYTES = 200;
const OPTIONS: NdjsonOptions<JsonObject> = {
  parseLine: (line) => parseJsonObject(line, MAX_LINE_BYTES),
  maxLineBytes: MAX_LINE_BYTES,
};

function readAll(
  pieces: readonly Uint8Array[],
  options: NdjsonOptions<JsonObject> = OPTIONS,
): ParseResult<JsonObject>[] {
  const parser = new NdjsonParser(options);
  return [...pieces.flatMap((piece) => parser.read(piece)), ...parser.end()];
}

/** Throws unless the pieces hold exactly `objects`. */
function expectObjects(pieces: readonly Uint8Array[], objects: readonly JsonObject[]): void {
  expect(readAll(pieces)).toEqual(objects.map((message) => ({ ok: true, message })));
}

const tooLong = (bytes: number): ParseResult<JsonObject> => ({
  ok: false,
  issues: [{ path: [], expected: 'a line of at most 200 bytes', received: `${bytes} bytes` }],
});

const OBJECTS = [{ a: 'Grüße 😀' }, { b: 'line\nbreak' }, { c: '\ud83d' }];
const TEXT = `${JSON.stringify(OBJECTS[0])}\n\r\n${JSON.stringify(OBJECTS[1])}\r\n  \n\n${JSON.stringify(OBJECTS[2])}`;

describe('NdjsonParser', () => {
  test('reads three lines through every way of cutting them in up to three pieces', () => {
    const bytes = encodeUtf8(TEXT);
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b++) {
        expectObjects([bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)], OBJECTS);
      }
    }
  });

  test.each([
    ['a byte at a time', (bytes: Uint8Array) => [...bytes].map((byte) => Uint8Array.of(byte))],
    ['with empty pieces', (bytes: Uint8Array) => [bytes.subarray(0, 0), bytes, bytes.subarray(0, 0)]],
    ['with an end of line at the end', (bytes: Uint8Array) => [bytes, encodeUtf8('\n')]],
    ['with half an end of line at the end', (bytes: Uint8Array) => [bytes, encodeUtf8('\r')]],
    ['after a byte order mark', (bytes: Uint8Array) => [Uint8Array.of(0xef, 0xbb, 0xbf), bytes]],
  ])('reads three lines %s', (_name, cut) => {
    expectObjects(cut(encodeUtf8(TEXT)), OBJECTS);
  });

  test('gives every line as soon as its end is there', () => {
    const parser = new NdjsonParser(OPTIONS);
    expect(parser.read(encodeUtf8('{"a":1}'))).toEqual([]);
    expect(parser.read(encodeUtf8('\n{"a":2}\n{"a"'))).toEqual([
      { ok: true, message: { a: 1 } },
      { ok: true, message: { a: 2 } },
    ]);
    expect(parser.end()).toEqual([{ ok: false, issues: [expect.objectContaining({ expected: 'JSON' })] }]);
    expect(parser.end()).toEqual([]);
  });

  test('reads on after a line that is no JSON', () => {
    const results = readAll([encodeUtf8('<html>\n[]\n{"a":1}\n')]);
    expect(results.map(({ ok }) => ok)).toEqual([false, false, true]);
  });

  test('takes a line of 200 bytes with either end, skips one of 201, and reads on, wherever the cuts are', () => {
    const line = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    const lines = [line(200), line(201), line(5000), '{"b":1}'];
    const property = fc.property(fc.constantFrom('\n', '\r\n'), fc.array(fc.nat({ max: 5500 })), (end, places) => {
      const bytes = encodeUtf8(lines.join(end));
      const sorted = places.toSorted((a, b) => a - b);
      const pieces = [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
      const isCr = end === '\r\n';
      expect(readAll(pieces)).toEqual([
        { ok: true, message: JSON.parse(line(200)) as JsonObject },
        tooLong(isCr ? 202 : 201),
        tooLong(isCr ? 5001 : 5000),
        { ok: true, message: { b: 1 } },
      ]);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('gives the same for 1000 random byte streams, whole and byte by byte, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => array.map((byte) => (byte % 7 === 0 ? 10 : byte)));
    const property = fc.property(bytes, (array) => {
      expect(readAll([...array].map((byte) => Uint8Array.of(byte)))).toEqual(readAll([array]));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('keeps no view of pieces that the caller reuses', () => {
    const parser = new NdjsonParser(OPTIONS);
    const piece = encodeUtf8('{"a":1}');
    parser.read(piece);
    piece.fill(0);
    expect(parser.end()).toEqual([{ ok: true, message: { a: 1 } }]);
  });

  test('uses the decoder it is given', () => {
    const decoder = new TextDecoder();
    const seen: number[] = [];
    const decodeUtf8 = (bytes: Uint8Array): string => {
      seen.push(bytes.length);
      return decoder.decode(bytes);
    };
    expect(readAll([encodeUtf8(TEXT)], { ...OPTIONS, decodeUtf8 })).toHaveLength(3);
    expect(seen).toHaveLength(3);
  });

  test('reads a line of 1 MB that comes in pieces of 3 bytes, within the time of a test', () => {
    const maxLineBytes = 1_000_000;
    const bytes = encodeUtf8(`{"a":"${'x'.repeat(maxLineBytes - 8)}"}\n`);
    const parser = new NdjsonParser({ parseLine: (line) => parseJsonObject(line, maxLineBytes), maxLineBytes });
    const results: ParseResult<JsonObject>[] = [];
    for (let at = 0; at < bytes.length; at += 3) results.push(...parser.read(bytes.subarray(at, at + 3)));
    expect(results.map(({ ok }) => ok)).toEqual([true]);
  });
});

test('expectObjects fails on a line too few, a line too many and another value', () => {
  expect(() => expectObjects([encodeUtf8('{"a":1}')], [])).toThrow();
  expect(() => expectObjects([], [{ a: 1 }])).toThrow();
  expect(() => expectObjects([encodeUtf8('{"a":1}')], [{ a: 2 }])).toThrow();
});
