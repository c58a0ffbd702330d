// This file checks what every status means, and when the server wants to be asked again.
import { describe, expect, test } from 'vitest';
import { judgeFinish, judgeStatus, readRetryAfterMs, type FailureContext } from './verdict.ts';

const REFUSED: FailureContext = { isVoid: false, retryAfterMs: undefined, wasJustCut: false };
const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('judgeStatus', () => {
  test.each([
    [400, { code: 'message-rejected', retry: 'never' }],
    [401, { code: 'auth-failed', retry: 'new-credentials' }],
    [403, { code: 'forbidden', retry: 'never' }],
    [404, { code: 'conversation-not-found', retry: 'never' }],
    [408, { code: 'idle-timeout', retry: 'backoff', maxRetryCount: 1 }],
    [409, { code: 'conversation-busy', retry: 'never' }],
    [415, { code: 'audio-rejected', retry: 'never' }],
    [422, { code: 'message-rejected', retry: 'never' }],
    [429, { code: 'rate-limited', retry: 'after-delay', minDelayMs: 4000 }],
    [500, { code: 'closed-by-server', retry: 'ask' }],
    [502, { code: 'closed-by-server', retry: 'ask' }],
    [503, { code: 'server-shutdown', retry: 'backoff' }],
    [302, { code: 'closed-by-server', retry: 'never' }],
    [418, { code: 'closed-by-server', retry: 'never' }],
  ])('%i means %j', (status, verdict) => {
    expect(judgeStatus(status, REFUSED)).toEqual({ ...verdict, vendorCode: String(status) });
  });

  test('a conversation that is busy with what we cut short is worth 5 s of trying', () => {
    const verdict = judgeStatus(409, { ...REFUSED, wasJustCut: true });
    expect(verdict).toEqual({ code: 'conversation-busy', retry: 'backoff', maxRetryMs: 5000, vendorCode: '409' });
  });

  test('a server error that voids the note may be repeated without asking', () => {
    expect(judgeStatus(500, { ...REFUSED, isVoid: true }).retry).toBe('backoff');
  });

  test('the wait that the server names replaces ours, also a wait of 0 ms', () => {
    for (const retryAfterMs of [0, 90_000]) {
      expect(judgeStatus(429, { ...REFUSED, retryAfterMs }).minDelayMs).toBe(retryAfterMs);
    }
  });
});

test.each([
  [204, 'finished'],
  [200, 'finished'],
  [400, 'finished'],
  [409, 'unclear'],
  [401, 'failed'],
  [404, 'failed'],
  [503, 'failed'],
])('judgeFinish of %i is %s', (status, meaning) => {
  expect(judgeFinish(status)).toBe(meaning);
});

describe('readRetryAfterMs', () => {
  test.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': String(NOW_MS / 1000 + 12) }, 12_000],
    [{ 'retry-after': '3', 'x-ratelimit-reset': String(NOW_MS / 1000 + 12) }, 3000],
    [{ 'x-ratelimit-reset': '5' }, 0],
    [{ 'x-ratelimit-reset': '-5' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (headers: Readonly<Record<string, string>>, waitMs) => {
    expect(readRetryAfterMs((name) => headers[name] ?? null, NOW_MS)).toBe(waitMs);
  });
});
