import { describe, expect, test } from 'vitest';
import { parseTarget } from '../server/http.ts';
import { FAULTS, FaultPlan, readFaults } from './faults.ts';
import type { FaultName } from './faults.ts';

describe('FaultPlan', () => {
  test('fills in defaults, and settings replace them', () => {
    const plan = new FaultPlan(['late-connected', { name: 'dropped', delayMs: 5 }]);
    expect(plan.find('late-connected')?.delayMs).toBe(3000);
    expect(plan.find('dropped')?.delayMs).toBe(5);
    expect(plan.find('burst')).toBeUndefined();
    expect(plan.has('burst')).toBe(false);
  });

  test('merging keeps the faults of both, the later settings win', () => {
    const merged = new FaultPlan(['burst', 'dropped']).merge(new FaultPlan([{ name: 'dropped', delayMs: 1 }]));
    expect([merged.has('burst'), merged.find('dropped')?.delayMs]).toEqual([true, 1]);
  });

  test.each([
    [{ name: 'no-such-fault' as FaultName }],
    [{ name: 'toString' as FaultName }],
    [{ name: 'dropped', delayMs: -1 }],
    [{ name: 'dropped', delayMs: Number.NaN }],
    [{ name: 'session-ended', closeAfterMs: -2 }],
    [{ name: 'session-ended', reason: 'x'.repeat(201) }],
    [{ name: 'burst', speedRatio: 0 }],
  ] as const)('%j is invalid-option', (fault) => {
    expect(() => new FaultPlan([fault])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('readFaults', () => {
  test('reads several faults and settings for all of them', () => {
    const plan = readFaults(parseTarget('/x?fault=session-ended&fault=burst&delayMs=70&closeAfterMs=-1&reason=a%20b'));
    expect(plan.find('session-ended')).toMatchObject({ delayMs: 70, closeAfterMs: -1, reason: 'a b' });
    expect(plan.find('burst')).toMatchObject({ speedRatio: 100, delayMs: 70 });
  });

  test('no faults, or other parameters only, are an empty plan', () => {
    const plan = readFaults(parseTarget('/x?a=b'));
    expect(Object.keys(FAULTS).some((name) => plan.has(name as FaultName))).toBe(false);
  });

  test.each(['fault=', 'fault=nope', 'fault=dropped&delayMs=soon', 'fault=dropped&delayMs=', 'fault=%E0%A4%A'])(
    '?%s is invalid-option',
    (query) => {
      expect(() => readFaults(parseTarget(`/x?${query}`))).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    },
  );
});
