import type { NoteVerdict } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import { planResend, type ResendHistory } from './resend.ts';

const verdict = (retry: NoteVerdict['retry'], more: Partial<NoteVerdict> = {}): NoteVerdict => ({
  code: 'server-shutdown',
  retry,
  vendorCode: '503',
  ...more,
});
const FIRST: ResendHistory = {
  refusedCount: 1,
  credentialsRefusedCount: 1,
  elapsedMs: 0,
  allowedMs: 60_000,
  canRenewCredentials: true,
};
const plan = (of: NoteVerdict, history: Partial<ResendHistory> = {}, random = 1): number | null =>
  planResend(of, false, { ...FIRST, ...history }, () => random);

describe('planResend', () => {
  test('waits 500 ms, then twice as long each time, up to 4,000 ms, spread over the upper half', () => {
    const waits = (random: number) =>
      [1, 2, 3, 4, 5, 6].map((refusedCount) => plan(verdict('backoff'), { refusedCount }, random));
    expect(waits(1)).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(waits(0)).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
  });

  test.each(['none', 'never', 'ask'] as const)('never sends again what is judged %s', (retry) => {
    expect(plan(verdict(retry))).toBeNull();
  });

  test.each(['backoff', 'new-credentials', 'after-delay'] as const)(
    'never sends again what was taken (%s)',
    (retry) => {
      expect(planResend(verdict(retry, { minDelayMs: 1 }), true, FIRST, () => 0)).toBeNull();
    },
  );

  test('asks for new credentials at once, where it can, and once', () => {
    expect(plan(verdict('new-credentials'))).toBe(0);
    expect(plan(verdict('new-credentials'), { canRenewCredentials: false })).toBeNull();
    expect(plan(verdict('new-credentials'), { credentialsRefusedCount: 2, refusedCount: 2 })).toBeNull();
  });

  test('waits as long as the server wants, if the user does', () => {
    expect(plan(verdict('after-delay', { minDelayMs: 4_000 }))).toBe(4_000);
    expect(plan(verdict('after-delay', { minDelayMs: 4_000 }), { elapsedMs: 56_001 })).toBeNull();
    expect(plan(verdict('after-delay', { minDelayMs: 4_000 }), { allowedMs: 3_999 })).toBeNull();
    expect(plan(verdict('backoff'), { allowedMs: 0 })).toBeNull();
  });

  test('keeps to the bounds of the verdict', () => {
    const bounded = verdict('backoff', { maxRetryCount: 1, maxRetryMs: 5_000 });
    expect(plan(bounded)).toBe(500);
    expect(plan(bounded, { refusedCount: 2 })).toBeNull();
    expect(plan(bounded, { elapsedMs: 4_501 })).toBeNull();
  });
});
