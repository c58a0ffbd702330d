import { describe, expect, test } from 'vitest';
import type { ImpairmentName } from './plan.ts';
import { IMPAIRMENTS } from './plan.ts';
import { checkImpairment, readImpairment } from './readPlan.ts';

describe('readImpairment', () => {
  test.each(Object.keys(IMPAIRMENTS) as ImpairmentName[])('%s is a plan', (name) => {
    expect(readImpairment(name)).toEqual(IMPAIRMENTS[name].plan);
  });

  test('names and pairs add up, the later ones win', () => {
    expect(readImpairment('wifi,jitterMs=9, closeAtMs = 3000,closeReason=a b,direction=down')).toEqual({
      ...IMPAIRMENTS.wifi.plan,
      jitterMs: 9,
      closeAtMs: 3000,
      closeReason: 'a b',
      direction: 'down',
    });
  });

  test('JSON is taken as it is', () => {
    const plan = { delayMs: 5, trace: { sendArriveMs: [[0, 30] as const, [20, 60] as const] } };
    expect(readImpairment(` ${JSON.stringify(plan)}`)).toEqual(plan);
  });

  test.each([
    '',
    'nope',
    'toString',
    'wifi,',
    'delayMs=',
    'delayMs=-1',
    'delayMs=1e9',
    'delayMs=NaN',
    'lossRatio=1.1',
    'fragmentBytes=0',
    'fragmentBytes=1.5',
    'refuseStatus=101',
    'refuseStatus=600',
    'closeCode=1006',
    'closeCode=1016',
    'closeCode=2999',
    'direction=sideways',
    `closeReason=${'é'.repeat(62)}`,
    'stallEveryMs=100,stallMs=100',
    'nonsense=1',
    '__proto__=1',
    'trace=file',
    '{"delayMs":"5"}',
    '{"trace":{"sendArriveMs":[]}}',
    '{"trace":{"sendArriveMs":[[0,-1]]}}',
    '{"trace":{"sendArriveMs":[[5,9],[4,9]]}}',
    '{"trace":{"sendArriveMs":[[0,1e9]]}}',
    '{"trace":{"sendArriveMs":[["0",1]]}}',
    '{',
  ])('%s is invalid-option', (text) => {
    expect(() => readImpairment(text)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test.each([null, 5, 'wifi', []])('%j is no plan', (plan) => {
    expect(() => checkImpairment(plan)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
