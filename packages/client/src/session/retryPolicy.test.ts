import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY, heedCloseCode, planRetry, recordFailure, type RetryHistory } from './retryPolicy.ts';

const LOST = { code: 'connection-lost', retry: 'backoff' } as const;
const SHUTDOWN = { code: 'server-shutdown', retry: 'backoff' } as const;

/** The history after failures with these codes, a second apart. */
function after(...codes: readonly ('connection-lost' | 'server-shutdown' | 'auth-failed' | 'rate-limited')[]) {
  return codes.reduce<RetryHistory | null>((history, code, i) => recordFailure(history, code, i * 1000), null)!;
}

describe('planRetry', () => {
  test('the first retry is immediate, the next ones wait up to 0.5, 1, 2 … 30 s', () => {
    const waits = Array.from({ length: 9 }, (_, i) => {
      const history = after(...Array.from({ length: i + 1 }, () => 'connection-lost' as const));
      return planRetry(LOST, history, DEFAULT_RETRY_POLICY, 9000);
    });
    expect(waits.map((wait) => wait?.maxMs)).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(waits.every((wait) => wait?.minMs === 0)).toBe(true);
  });

  test('after a shutdown even the first retry is spread over 2 s', () => {
    expect(planRetry(SHUTDOWN, after('server-shutdown'), DEFAULT_RETRY_POLICY, 0)).toEqual({ minMs: 0, maxMs: 2000 });
  });

  test('and further ones go on from there, whatever they fail with', () => {
    const waits = Array.from({ length: 6 }, (_, i) => {
      const history = after('server-shutdown', ...Array.from({ length: i }, () => 'connection-lost' as const));
      return planRetry(i === 0 ? SHUTDOWN : LOST, history, DEFAULT_RETRY_POLICY, 0)?.maxMs;
    });
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('after-delay never comes before its floor', () => {
    const limited = { code: 'rate-limited', retry: 'after-delay', minDelayMs: 5000 } as const;
    expect(planRetry(limited, after('rate-limited'), DEFAULT_RETRY_POLICY, 0)).toEqual({ minMs: 5000, maxMs: 5000 });
    const later = planRetry(limited, after('rate-limited', 'rate-limited'), DEFAULT_RETRY_POLICY, 1000);
    expect(later).toEqual({ minMs: 5000, maxMs: 5500 });
  });

  test('new credentials are tried once: the same verdict again is final, another one in between starts anew', () => {
    const refused = { code: 'auth-failed', retry: 'new-credentials' } as const;
    expect(planRetry(refused, after('auth-failed'), DEFAULT_RETRY_POLICY, 0)).toBeDefined();
    expect(planRetry(refused, after('auth-failed', 'auth-failed'), DEFAULT_RETRY_POLICY, 0)).toBeUndefined();
    const mixed = after('auth-failed', 'connection-lost', 'auth-failed');
    expect(planRetry(refused, mixed, DEFAULT_RETRY_POLICY, 0)).toBeDefined();
  });

  test("a verdict's own limits end it, by count and by time", () => {
    const once = { ...LOST, maxRetryCount: 1 };
    expect(planRetry(once, after('connection-lost', 'connection-lost'), DEFAULT_RETRY_POLICY, 0)).toBeUndefined();
    const brief = { ...LOST, maxRetryMs: 30_000 };
    expect(planRetry(brief, after('connection-lost'), DEFAULT_RETRY_POLICY, 30_000)).toBeDefined();
    expect(planRetry(brief, after('connection-lost'), DEFAULT_RETRY_POLICY, 30_001)).toBeUndefined();
  });

  test('the budget ends it, by attempts and by time', () => {
    const policy = { ...DEFAULT_RETRY_POLICY, maxAttempts: 2 };
    expect(planRetry(LOST, after('connection-lost', 'connection-lost'), policy, 2000)).toBeDefined();
    const thrice = after('connection-lost', 'connection-lost', 'connection-lost');
    expect(planRetry(LOST, thrice, policy, 3000)).toBeUndefined();
    expect(planRetry(LOST, after('connection-lost'), DEFAULT_RETRY_POLICY, 900_001)).toBeUndefined();
  });

  test.each(['none', 'never'] as const)('advice %s is followed', (retry) => {
    expect(planRetry({ ...LOST, retry }, after('connection-lost'), DEFAULT_RETRY_POLICY, 0)).toBeUndefined();
  });
});

test('1013 means 5 s later where the vendor says no more than again, and what the vendor says where it says more', () => {
  const verdict = { code: 'closed-by-server', retry: 'backoff', vendorCode: '1013' } as const;
  expect(heedCloseCode(verdict, 1013)).toEqual({ ...verdict, retry: 'after-delay', minDelayMs: 5_000 });
  expect(heedCloseCode(verdict, 1011)).toBe(verdict);
  for (const retry of ['never', 'new-credentials', 'after-delay'] as const) {
    expect(heedCloseCode({ ...verdict, retry }, 1013)).toEqual({ ...verdict, retry });
  }
});
