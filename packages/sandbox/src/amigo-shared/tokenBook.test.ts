import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import type { TokenVariant } from './tokenBook.ts';
import { TokenBook } from './tokenBook.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const LIFE_MS = 3_600_000;
const USER = { organization: 'demo-org', userId: 'demo-user', lifeMs: LIFE_MS };

function createBook(seed = 1) {
  let nowMs = START_MS;
  const book = new TokenBook({ random: createRandom(seed), nowEpochMs: () => nowMs });
  return {
    book,
    advanceMs: (ms: number) => {
      nowMs += ms;
    },
    kindOf: (token: string, organization = 'demo-org') => book.present(token, organization).kind,
  };
}

describe('TokenBook', () => {
  test('a token is an unpadded base64url JWT, so a legal subprotocol, and says whose it is and how long', () => {
    const { token } = createBook().book.issue(USER);
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{43}$/);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
    const startS = START_MS / 1000;
    expect(claims).toMatchObject({ sub: 'demo-user', org: 'demo-org', iat: startS, nbf: startS, exp: startS + 3600 });
  });

  test('one seed gives the same tokens, another seed others; no token comes twice', () => {
    const tokens = [1, 1, 2].map((seed) => createBook(seed).book.issue(USER).token);
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).not.toBe(tokens[2]);
    const { book } = createBook();
    expect(book.issue(USER).token).not.toBe(book.issue(USER).token);
  });

  test('good until the millisecond before its expiry, then expired', () => {
    const { book, advanceMs, kindOf } = createBook();
    const { token } = book.issue(USER);
    advanceMs(LIFE_MS - 1);
    expect(kindOf(token)).toBe('good');
    advanceMs(1);
    expect(book.present(token, 'demo-org')).toMatchObject({ kind: 'expired', byMs: 0 });
  });

  test.each<[TokenVariant, string, number]>([
    ['valid', 'good', 3],
    ['expired', 'expired', 3],
    ['not-yet-valid', 'not-yet-valid', 3],
    ['no-permission', 'good', 0],
    ['no-insights', 'good', 2],
    ['wrong-region', 'wrong-region', 3],
  ])('a token of variant %s is %s', (variant, kind, permissionCount) => {
    const { book, kindOf } = createBook();
    const { token, grant } = book.issue({ ...USER, variant });
    expect(kindOf(token)).toBe(kind);
    expect(grant.permissions.size).toBe(permissionCount);
  });

  test('made-up tokens and those of another organization are unknown', () => {
    const { book, kindOf } = createBook();
    const { token } = book.issue(USER);
    expect([kindOf('demo-key'), kindOf(`${token}x`), kindOf(token, 'other-org')]).toEqual(Array(3).fill('unknown'));
  });

  test('two sign-ins after one expired token count 1 and 2; without an expired token, or 31 s later, 0', () => {
    const { book, advanceMs, kindOf } = createBook();
    const { token, refreshCount } = book.issue(USER);
    expect([refreshCount, book.issue(USER).refreshCount]).toEqual([0, 0]);
    advanceMs(LIFE_MS);
    expect([kindOf(token), kindOf(token)]).toEqual(['expired', 'expired']);
    expect([book.issue(USER).refreshCount, book.issue(USER).refreshCount]).toEqual([1, 2]);
    expect(book.issue({ ...USER, userId: 'another' }).refreshCount).toBe(0);
    advanceMs(30_001);
    expect(book.issue(USER).refreshCount).toBe(0);
  });

  test('4,097 tokens: the first is forgotten, the last is not', () => {
    const { book, kindOf } = createBook();
    const tokens = Array.from({ length: 4097 }, () => book.issue(USER).token);
    expect([kindOf(tokens[0] ?? ''), kindOf(tokens[1] ?? ''), kindOf(tokens[4096] ?? '')]).toEqual([
      'unknown',
      'good',
      'good',
    ]);
  });
});
