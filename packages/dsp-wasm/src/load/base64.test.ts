import { describe, expect, test } from 'vitest';
import { decodeBase64 } from './base64.ts';

describe('decodeBase64', () => {
  test('equals the platform for 0 to 300 bytes of every value', () => {
    for (let length = 0; length <= 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      expect([...decodeBase64(Buffer.from(bytes).toString('base64'))]).toEqual([...bytes]);
    }
  });
});
