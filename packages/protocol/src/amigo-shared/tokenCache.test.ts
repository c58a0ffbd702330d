// This file checks when a token is kept, replaced and shared.
import { describe, expect, test } from 'vitest';
import type { UserToken } from './signIn.ts';
import { TokenCache, parseExpiryMs } from './tokenCache.ts';

const START_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const HOUR_MS = 3_600_000;

/** A cache on a clock that is set by hand; sign-ins are answered by hand. */
class Desk {
  nowMs = START_MS;
  readonly waiting: { resolve(token: UserToken): void; reject(reason: Error): void }[] = [];
  readonly cache = new TokenCache({
    nowEpochMs: () => this.nowMs,
    signIn: () =>
      new Promise((resolve, reject) => {
        this.waiting.push({ resolve, reject });
      }),
  });

  answer(token: string, lifeMs?: number): void {
    const expiresAt = lifeMs === undefined ? {} : { expiresAt: new Date(this.nowMs + lifeMs).toISOString() };
    this.waiting.at(-1)?.resolve({ token, ...expiresAt });
  }

  async signIn(token: string, lifeMs?: number): Promise<void> {
    const asked = this.cache.get();
    this.answer(token, lifeMs);
    await asked;
  }
}

describe('TokenCache', () => {
  test('signs in once for 3 callers, and keeps the token for the fourth', async () => {
    const desk = new Desk();
    const asked = [desk.cache.get(), desk.cache.get(), desk.cache.get()];
    desk.answer('one', HOUR_MS);
    expect((await Promise.all(asked)).map(({ token }) => token)).toEqual(['one', 'one', 'one']);
    expect((await desk.cache.get()).token).toBe('one');
    expect(desk.waiting).toHaveLength(1);
  });

  test('keeps a token while more than 5 minutes are left, and replaces it at exactly 5', async () => {
    const desk = new Desk();
    await desk.signIn('one', HOUR_MS);
    desk.nowMs += HOUR_MS - 300_001;
    expect((await desk.cache.get()).token).toBe('one');
    desk.nowMs += 1;
    const asked = desk.cache.get();
    desk.answer('two', HOUR_MS);
    expect((await asked).token).toBe('two');
  });

  test('drops a token that a server has rejected, but not a newer one', async () => {
    const desk = new Desk();
    await desk.signIn('one', HOUR_MS);
    desk.cache.reject('one');
    await desk.signIn('two', HOUR_MS);
    desk.cache.reject('one');
    expect((await desk.cache.get()).token).toBe('two');
    expect(desk.waiting).toHaveLength(2);
  });

  test('passes a failure on to all who wait, and tries again for the next', async () => {
    const desk = new Desk();
    const asked = [desk.cache.get(), desk.cache.get()];
    desk.waiting[0]?.reject(new Error('no network'));
    const results = await Promise.allSettled(asked);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await desk.signIn('one');
    expect((await desk.cache.get()).token).toBe('one');
  });

  test('keeps a token of unknown life until it is rejected', async () => {
    const desk = new Desk();
    await desk.signIn('one');
    desk.nowMs += 1000 * HOUR_MS;
    expect((await desk.cache.get()).token).toBe('one');
  });
});

describe('parseExpiryMs', () => {
  test.each([
    ['2026-11-21T12:00:00Z', START_MS],
    ['2026-11-21T12:00:00.250Z', START_MS + 250],
    ['2026-11-21T14:00:00+02:00', START_MS],
    ['2026-11-21T12:00:00', START_MS],
    ['2026-11-21T12:00:00.250', START_MS + 250],
    ['soon', undefined],
    ['', undefined],
  ])('reads %s as %s', (text, timeMs) => {
    expect(parseExpiryMs(text)).toBe(timeMs);
  });
});
