import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { decodeStrictBase64 } from './strictBase64.ts';

const SEED = 5;

describe('decodeStrictBase64', () => {
  test(`decodes what Node encodes, 0 to 300 bytes, seed ${SEED}`, () => {
    const random = createSeededRandom(SEED);
    for (let length = 0; length <= 300; length++) {
      const bytes = Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
      expect(decodeStrictBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    }
  });

  test.each([
    ['a length that is no multiple of 4', 'AAA'],
    ['a blank', 'AA A'],
    ['a line end', 'AAAA\n'],
    ['the URL alphabet', '__--'],
    ['padding in the middle', 'AA==AAAA'],
    ['padding alone', '===='],
    ['three padding characters', 'A==='],
    ['a bit behind the last byte', 'AAB='],
    ['bits behind the only byte', 'AB=='],
    ['a letter outside ASCII', 'AAAé'],
  ])('refuses %s', (_name, text) => {
    expect(decodeStrictBase64(text)).toBeUndefined();
  });
});
