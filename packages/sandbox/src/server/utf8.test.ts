import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const TEXTS = [
  '',
  'plain',
  'é ß €',
  '日本語',
  '😀 a 👩‍👩‍👧',
  '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  '\ud800 lone \udc00',
];

describe('UTF-8', () => {
  test.each(TEXTS)('%j is encoded as the platform does it, and comes back', (text) => {
    const bytes = encodeUtf8(text);
    expect(bytes).toEqual(new TextEncoder().encode(text));
    expect(decodeUtf8(bytes)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  });

  test('5,000 characters are more than one piece, and whole', () => {
    const text = '€😀'.repeat(5000);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });

  test('2,000 random byte strings never throw, and what is valid is decoded as the platform does it (seed 7)', () => {
    const random = createSeededRandom(7);
    let validCount = 0;
    for (let run = 0; run < 2000; run++) {
      const bytes = Uint8Array.from({ length: Math.floor(random.next() * 5) }, () => Math.floor(random.next() * 256));
      const decoded = decodeUtf8(bytes);
      let wanted: string | undefined;
      try {
        wanted = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        expect(decoded).toContain('\ufffd');
        continue;
      }
      validCount += 1;
      expect(decoded).toBe(wanted);
    }
    expect(validCount).toBeGreaterThan(200);
  });
});
