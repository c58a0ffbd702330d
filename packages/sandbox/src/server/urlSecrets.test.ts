import { describe, expect, test } from 'vitest';
import { findUrlSecret } from './urlSecrets.ts';

const KEYS = new Set(['s3cret']);
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N';

describe('findUrlSecret', () => {
  test.each([
    ['/a?key=s3cret', 'a key in the query parameter "key"'],
    ['/a?b=1&key=%733cret', 'a key in the query parameter "key"'],
    ['/a/s3cret/b', 'a key in the path'],
    ['/a?s3cret', 'a credential as the name of a query parameter'],
    [`/a?token=${TOKEN}`, 'a JSON web token in the query parameter "token"'],
    [`/a?x=Bearer%20${TOKEN}`, 'a JSON web token in the query parameter "x"'],
    [`/a/${TOKEN}`, 'a JSON web token in the path'],
  ])('%s: %s', (path, found) => {
    expect(findUrlSecret(path, KEYS)).toBe(found);
    expect(findUrlSecret(path, KEYS)).not.toMatch(/s3cret|eyJ/);
  });

  test.each([
    '/',
    '/v1/demo-org/conversation/?a=b',
    '/api/v1/sdk/ws?ticket=abc',
    '/a?key=s3cretly',
    '/a?t=eyJ.x.y',
    '',
  ])('%s is clean', (path) => {
    expect(findUrlSecret(path, KEYS)).toBeUndefined();
  });

  test('1 MB of hostile URL takes no time to speak of', () => {
    const startMs = performance.now();
    for (const path of [
      `/?a=${'eyJ'.repeat(300_000)}`,
      `/?${'a=eyJ.&'.repeat(100_000)}`,
      `/${'eyJaaaaaaaa.'.repeat(90_000)}`,
    ]) {
      findUrlSecret(path, KEYS);
    }
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
