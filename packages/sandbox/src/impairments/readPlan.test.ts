import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SandboxError } from '../errors.ts';
import type { ImpairmentName, ImpairmentPlan } from './plan.ts';
import { IMPAIRMENTS } from './plan.ts';
import { checkImpairment, readImpairment } from './readPlan.ts';

const ALL_FIELDS = [
  'refuseStatus',
  'retryAfterS',
  'direction',
  'delayMs',
  'jitterMs',
  'lossRatio',
  'burstEnterRatio',
  'burstLeaveRatio',
  'burstLossRatio',
  'recoveryMs',
  'trace',
  'stallEveryMs',
  'stallMs',
  'bundleEveryMs',
  'duplicateRatio',
  'malformedRatio',
  'fragmentBytes',
  'pingEveryMs',
  'fromMessage',
  'stopReadingAtMs',
  'stopReadingForMs',
  'halfOpenAtMs',
  'terminateAtMs',
  'resetAtMs',
  'closeAtMs',
  'closeCode',
  'closeReason',
] as const satisfies readonly (keyof ImpairmentPlan)[];

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
    '{"delayMs":{"toString":null}}',
    '{"delayMs":[{"toString":1,"valueOf":1}]}',
    '{',
  ])('%s is invalid-option', (text) => {
    expect(() => readImpairment(text)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test.each([null, 5, 'wifi', []])('%j is no plan', (plan) => {
    expect(() => checkImpairment(plan)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test.each([
    ['null', 'null'],
    ['[1]', 'a list'],
    ['{"toString":null}', 'an object'],
    ['true', 'true'],
    ['"5"', "'5'"],
  ])('%s is shown as %s', (json, shown) => {
    expect(() => readImpairment(`{"delayMs":${json}}`)).toThrow(`delayMs is ${shown}, wanted`);
  });

  test('any JSON in any field is a plan or a SandboxError', () => {
    const fields = [...ALL_FIELDS, '__proto__', 'toString', 'valueOf', 'toJSON', 'nonsense'];
    const { json } = fc.letrec<{ json: unknown; key: string }>((tie) => ({
      key: fc.oneof(
        fc.constantFrom('toString', 'valueOf', '__proto__', 'toJSON', 'length', 'sendArriveMs'),
        fc.string(),
      ),
      json: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<unknown>(null, true, 0, 1, -1, 5.5, 1e308, 1005, 'down', ''),
        fc.string({ unit: 'binary' }),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.array(fc.tuple(tie('key'), tie('json')), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
      ),
    }));
    const plan = fc.array(fc.tuple(fc.constantFrom(...fields), json), { maxLength: 4 });
    fc.assert(
      fc.property(plan, (pairs) => {
        // `JSON.parse`, and so a client, can make an own field of any name.
        const text = `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
        try {
          readImpairment(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SandboxError);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
