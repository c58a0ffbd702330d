import { describe, expect, test } from 'vitest';
import { FAULTS } from '../voice-api/faults.ts';
import type { VoiceApiFaultName } from '../voice-api/faults.ts';
import { FaultPlan, readFaults } from './faultPlan.ts';
import { parseTarget } from './http.ts';

describe('FaultPlan', () => {
  test('fills in defaults, and settings replace them', () => {
    const plan = new FaultPlan(FAULTS, ['late-connected', { name: 'dropped', delayMs: 5 }]);
    expect(plan.find('late-connected')?.delayMs).toBe(3000);
    expect(plan.find('dropped')?.delayMs).toBe(5);
    expect(plan.find('burst')).toBeUndefined();
    expect(plan.has('burst')).toBe(false);
  });

  test('merging keeps the faults of both, the later settings win', () => {
    const merged = new FaultPlan(FAULTS, ['burst', 'dropped']).merge(
      new FaultPlan(FAULTS, [{ name: 'dropped', delayMs: 1 }]),
    );
    expect([merged.has('burst'), merged.find('dropped')?.delayMs]).toEqual([true, 1]);
  });

  test.each([
    [{ name: 'no-such-fault' as VoiceApiFaultName }],
    [{ name: 'toString' as VoiceApiFaultName }],
    [{ name: 'dropped', delayMs: -1 }],
    [{ name: 'dropped', delayMs: Number.NaN }],
    [{ name: 'session-ended', closeAfterMs: -2 }],
    [{ name: 'session-ended', reason: 'x'.repeat(201) }],
    [{ name: 'burst', speedRatio: 0 }],
    [{ name: 'dropped', closeCode: 999 }],
    [{ name: 'dropped', closeCode: 1006 }],
    [{ name: 'dropped', closeCode: 2000 }],
    [{ name: 'dropped', reason: 5 as unknown as string }],
    [{ name: 'dropped', nonsense: 1 }],
    [{ name: 'dropped', sizeBytes: 320 }],
    [{ name: 'odd-frames', sizeBytes: 0.00001 }],
    [{ name: 'odd-frames', sizeBytes: 640.5 }],
  ] as const)('%j is invalid-option', (fault) => {
    expect(() => new FaultPlan(FAULTS, [fault])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('bounds of one fault', () => {
  const table = {
    cut: { does: 'cuts', defaults: { sizeBytes: 1000, count: 1 }, bounds: { sizeBytes: [64, 2000] } },
  } as const;

  test.each([64, 2000])('%i bytes are within them', (sizeBytes) => {
    expect(new FaultPlan(table, [{ name: 'cut', sizeBytes }]).find('cut')?.sizeBytes).toBe(sizeBytes);
  });

  test.each([{ sizeBytes: 63 }, { sizeBytes: 2001 }, { sizeBytes: 100.5 }, { count: 0.5 }])(
    '%j is refused',
    (settings) => {
      expect(() => new FaultPlan(table, [{ name: 'cut', ...settings }])).toThrow(/wanted .*, whole/);
    },
  );
});

describe('readFaults', () => {
  test('reads several faults and settings for those of them that have them', () => {
    const plan = readFaults(
      FAULTS,
      parseTarget('/x?fault=session-ended&fault=burst&delayMs=70&closeAfterMs=-1&reason=a%20b'),
    );
    expect(plan.find('session-ended')).toMatchObject({ delayMs: 70, closeAfterMs: -1, reason: 'a b' });
    expect(plan.find('burst')).toMatchObject({ speedRatio: 100, delayMs: 0 });
  });

  test('a setting that none of them has is named, with those that they have', () => {
    expect(() => readFaults(FAULTS, parseTarget('/x?fault=burst&fault=dropped&sizeBytes=5'))).toThrow(
      'setting of burst, dropped is sizeBytes, wanted speedRatio, delayMs.',
    );
  });

  test('no faults, or other parameters only, are an empty plan', () => {
    const plan = readFaults(FAULTS, parseTarget('/x?a=b'));
    expect(Object.keys(FAULTS).some((name) => plan.has(name as VoiceApiFaultName))).toBe(false);
  });

  test.each([
    'fault=',
    'fault=nope',
    'fault=dropped&delayMs=soon',
    'fault=dropped&delayMs=',
    'fault=%E0%A4%A',
    'fault=burst&delayMs=5',
  ])('?%s is invalid-option', (query) => {
    expect(() => readFaults(FAULTS, parseTarget(`/x?${query}`))).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
