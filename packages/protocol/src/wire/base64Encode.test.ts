// This file checks the encoder against the platform's, whole and in every way of cutting.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Encoder, encodeBase64 } from './base64Encode.ts';

const byBuffer = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('encodeBase64', () => {
  test('writes what Buffer writes, for 2000 random arrays', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(encodeBase64(bytes)).toBe(byBuffer(bytes));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('uses the platform encoder it is given, on the view and not on the buffer behind it', () => {
    const view = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(encodeBase64(view, { encodeWhole: byBuffer })).toBe('AgM=');
    expect(encodeBase64(view)).toBe('AgM=');
  });

  test('writes 1920 bytes, 60 ms of audio, in 2560 characters without padding', () => {
    expect(encodeBase64(new Uint8Array(1920).fill(255))).toBe('/'.repeat(2560));
  });
});

describe.each([
  ['alone', {}],
  ['with Buffer', { encodeWhole: byBuffer }],
])('Base64Encoder, %s', (_name, options) => {
  test('joins to the text of all bytes at once, for 2000 random ways of cutting', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 }), (pieces) => {
      const encoder = new Base64Encoder(options);
      const text = pieces.map((piece) => encoder.encode(piece)).join('') + encoder.flush();
      expect(text).toBe(byBuffer(Uint8Array.from(pieces.flatMap((piece) => [...piece]))));
      expect(encoder.encode(Uint8Array.of(0, 0, 0)) + encoder.flush()).toBe('AAAA');
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('keeps no view of bytes that the caller reuses', () => {
    const encoder = new Base64Encoder(options);
    const reused = Buffer.from([65]);
    encoder.encode(reused);
    reused[0] = 0;
    expect(encoder.flush()).toBe('QQ==');
  });
});
