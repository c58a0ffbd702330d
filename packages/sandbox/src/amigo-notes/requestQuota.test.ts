import { describe, expect, test } from 'vitest';
import { RequestQuota, quotaHeaders, retryAfter } from './requestQuota.ts';

describe('RequestQuota', () => {
  test('five in any 60 s: the sixth waits until the first is 60 s old; refused ones use nothing up', () => {
    const quota = new RequestQuota();
    for (let i = 0; i < 5; i++) expect(quota.take('k', 5, i * 1000).isWithin).toBe(true);
    expect(quota.take('k', 5, 10_000)).toMatchObject({
      isWithin: false,
      isTooSoon: false,
      waitMs: 50_000,
      remainingCount: 0,
    });
    expect(quota.take('k', 5, 59_999)).toMatchObject({ isWithin: false, isTooSoon: true, waitMs: 1 });
    expect(quota.take('k', 5, 60_000)).toMatchObject({
      isWithin: true,
      isTooSoon: false,
      waitMs: 0,
      remainingCount: 0,
    });
    expect(quota.take('other', 5, 60_000).remainingCount).toBe(4);
  });

  test('1,025 callers: the first is forgotten, the second is not', () => {
    const quota = new RequestQuota();
    for (let i = 0; i <= 1024; i++) quota.take(String(i), 1, 0);
    expect([quota.take('1', 1, 1).isWithin, quota.take('0', 1, 1).isWithin]).toEqual([false, true]);
  });

  test('waits are rounded up to whole seconds, in both forms', () => {
    const epochMs = Date.parse('2026-01-01T00:00:00.500Z');
    expect([retryAfter(1001, epochMs, 'seconds'), retryAfter(1001, epochMs, 'date')]).toEqual([
      '2',
      'Thu, 01 Jan 2026 00:00:02 GMT',
    ]);
    const verdict = new RequestQuota().take('k', 5, 0);
    expect(quotaHeaders(verdict, epochMs, 'seconds')).toEqual({
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '4',
      'x-ratelimit-reset': String(Date.parse('2026-01-01T00:01:01Z') / 1000),
    });
  });
});
