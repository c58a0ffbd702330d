import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretMask } from './maskSecrets.ts';

const SECRET = 'sk-live-4f3a9c1d2b';
const masked = (text: string, ...secrets: string[]): string => {
  const bytes = Buffer.from(text, 'latin1');
  new SecretMask(secrets).maskBytes(bytes);
  return bytes.toString('latin1');
};

describe('SecretMask', () => {
  test('masks each of three occurrences, at the beginning, in the middle and at the end, without moving anything', () => {
    const text = `${SECRET} and ${SECRET}${SECRET}`;
    expect(masked(text, SECRET)).toBe(`${'*'.repeat(18)} and ${'*'.repeat(36)}`);
    expect(new SecretMask([SECRET]).maskBytes(Buffer.from(text))).toBe(3);
  });

  test('finds a secret after a false start that overlaps it', () => {
    expect(masked('sk-sk-live-4f3a9c1d2b', SECRET)).toBe('sk-******************');
    expect(masked('aaaaaaaaab', 'aaaaaaab')).toBe('aa********');
  });

  test('leaves everything else as it is, the first 17 characters of 18 included', () => {
    const text = `{"message":"${SECRET.slice(0, -1)}"}`;
    expect(masked(text, SECRET)).toBe(text);
    expect(masked('', SECRET)).toBe('');
    expect(masked('short', 'short')).toBe('short');
  });

  test('whatever is around it, no secret is left, and the length stays (300 runs)', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (before, after) => {
        const text = Buffer.from(before).toString('latin1') + SECRET + Buffer.from(after).toString('latin1');
        const result = masked(text, SECRET, 'another-secret');
        expect(result).not.toContain(SECRET);
        expect(result).toHaveLength(text.length);
        expect(new SecretMask([SECRET]).maskText(text)).toBe(result);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
