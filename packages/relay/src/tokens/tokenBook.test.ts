import { randomBytes } from 'node:crypto';
import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { TestClock } from '../../test/relayClock.ts';
import { RelayError } from '../errors.ts';
import { createHmacSigner } from '../node/hmacSigner.ts';
import { TokenBook, type Grant } from './tokenBook.ts';
import { UsedTokenMemory, type UsedTokens } from './usedTokens.ts';

const KEY = 'k'.repeat(32);
const LIFE_MS = 60_000;
const GRANT: Grant = { vendor: 'soca', origin: 'https://app.example', holder: 'holder-1', user: 'anna' };
const HERE = { vendor: 'soca', origin: 'https://app.example' };
const base64url = {
  encode: (text: string) => Buffer.from(text).toString('base64url'),
  decode: (text: string) => Buffer.from(text, 'base64url').toString(),
};

function createBook(options: { signingKey?: string | string[]; used?: UsedTokens } = {}) {
  const clock = new TestClock();
  const { signingKey = KEY, used = new UsedTokenMemory(clock) } = options;
  const signer = createHmacSigner(signingKey);
  const drawId = (): string => randomBytes(16).toString('base64url');
  return { clock, signer, book: new TokenBook({ signer, clock, drawId, used, lifeMs: LIFE_MS, base64url }) };
}

const codeOf = async (book: TokenBook, token: string, shownBy: typeof HERE | Omit<Grant, 'holder' | 'user'> = HERE) => {
  const redeemed = await book.redeem(token, shownBy);
  return redeemed.ok ? 'ok' : redeemed.code;
};

describe('TokenBook', () => {
  test('a token gives back what it was minted for, once', async () => {
    const { book } = createBook();
    const { token } = book.mint(GRANT);
    expect(await book.redeem(token, HERE)).toEqual({ ok: true, grant: GRANT });
    expect(await codeOf(book, token)).toBe('token-used');
    expect(await codeOf(book, token)).toBe('token-used');
  });

  test('of 50 who show one token at the same instant, one is let in', async () => {
    const { book } = createBook();
    const { token } = book.mint(GRANT);
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(book, token)));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'token-used')).toHaveLength(49);
  });

  test('a token is good for 59,999 ms and not for 60,000', async () => {
    const { book, clock } = createBook();
    const [early, late] = [book.mint(GRANT), book.mint(GRANT)];
    clock.advanceMs(LIFE_MS - 1);
    expect(await codeOf(book, early.token)).toBe('ok');
    clock.advanceMs(1);
    expect(await codeOf(book, late.token)).toBe('token-expired');
    expect(late.expiresEpochMs).toBe(clock.nowEpochMs());
  });

  test('a token is worth nothing for another vendor or origin, and stays unused there', async () => {
    const { book } = createBook();
    const { token } = book.mint(GRANT);
    for (const elsewhere of [
      { vendor: 'amigo', origin: HERE.origin },
      { vendor: 'soca', origin: 'https://evil.example' },
      { vendor: 'soca', origin: undefined },
    ]) {
      expect(await codeOf(book, token, elsewhere)).toBe('token-invalid');
    }
    expect(await codeOf(book, token)).toBe('ok');
  });

  test('a token minted without an origin is none for a page', async () => {
    const { book } = createBook();
    const { token } = book.mint({ ...GRANT, origin: undefined });
    expect(await codeOf(book, token)).toBe('token-invalid');
    expect(await codeOf(book, token, { vendor: 'soca', origin: undefined })).toBe('ok');
  });

  test('every change of any one character of a token makes it worthless', async () => {
    const { book } = createBook();
    const { token } = book.mint(GRANT);
    for (let i = 0; i < token.length; i++) {
      for (const char of ['A', '_', '.', '=', ' ']) {
        if (token[i] === char) continue;
        expect(await codeOf(book, token.slice(0, i) + char + token.slice(i + 1)), `${char} at ${i}`).toBe(
          'token-invalid',
        );
      }
    }
    expect(await codeOf(book, token)).toBe('ok');
  });

  test('a signature of the same key over something else opens nothing', async () => {
    const { book, signer } = createBook();
    const body = base64url.encode(JSON.stringify({ ...GRANT, id: 'x', expiresEpochMs: 9e15 }));
    expect(await codeOf(book, `${body}.${signer.sign(body)}`)).toBe('token-invalid');
    expect(await codeOf(book, `${body}.${signer.sign(`voicewire-relay-holder.1.${body}`)}`)).toBe('token-invalid');
  });

  test('what another key signed opens nothing, unless it is one of the keys', async () => {
    const old = createBook({ signingKey: 'o'.repeat(32) });
    const { token } = old.book.mint(GRANT);
    expect(await codeOf(createBook().book, token)).toBe('token-invalid');
    expect(await codeOf(createBook({ signingKey: [KEY, 'o'.repeat(32)] }).book, token)).toBe('ok');
  });

  test('a memory of used tokens that fails lets nobody in', async () => {
    const { book } = createBook({ used: { claim: () => Promise.reject(new Error('down')) } });
    expect(await codeOf(book, book.mint(GRANT).token)).toBe('token-used');
  });

  test('5,000 made-up tokens open nothing and throw nothing (seed 11)', async () => {
    const { book } = createBook();
    const real = book.mint(GRANT).token;
    const random = createSeededRandom(11);
    const alphabet = 'ABCabc012-_.={}"\\ \u0000é😀';
    for (let i = 0; i < 5_000; i++) {
      const length = Math.floor(random.next() * 80);
      let text = random.next() < 0.5 ? '' : real.slice(0, Math.floor(random.next() * real.length));
      for (let k = 0; k < length; k++) text += alphabet[Math.floor(random.next() * alphabet.length)] ?? '';
      expect(await codeOf(book, text)).toBe('token-invalid');
    }
    expect(await codeOf(book, `${real}${'A'.repeat(3000)}`)).toBe('token-invalid');
  });

  test('a token fits a subprotocol and a header, and does not hold the key', () => {
    const { book } = createBook();
    const { token } = book.mint({ ...GRANT, user: 'ünal 😀 "quoted"' });
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain(KEY);
  });

  test.each([[''], ['short'], ['k'.repeat(31)], [[]], [[KEY, 'short']]])('refuses the key %j', (signingKey) => {
    expect(() => createHmacSigner(signingKey as string)).toThrow(RelayError);
  });
});
