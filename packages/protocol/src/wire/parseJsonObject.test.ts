// This file checks the limits of the JSON reader and what it takes out of objects.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_JSON_DEPTH_COUNT, parseJsonObject } from './parseJsonObject.ts';

const LIMIT_BYTES = 1000;

const objectOf = (text: string): Record<string, unknown> => {
  const result = parseJsonObject(text, LIMIT_BYTES);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.message;
};

describe('parseJsonObject', () => {
  test('gives what JSON.parse gives, for 2000 random objects without prototype keys', () => {
    const text = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
      .map((object) => JSON.stringify(object))
      .filter((json) => !/__proto__|constructor/.test(json));
    const property = fc.property(text, (json) => {
      expect(parseJsonObject(json, json.length)).toEqual({ ok: true, message: JSON.parse(json) as unknown });
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test(`takes ${LIMIT_BYTES} characters and refuses one more before it parses them`, () => {
    const padded = `{}${' '.repeat(LIMIT_BYTES - 2)}`;
    expect(parseJsonObject(padded, LIMIT_BYTES).ok).toBe(true);
    expect(parseJsonObject(`${padded} `, LIMIT_BYTES)).toEqual({
      ok: false,
      issues: [{ path: [], expected: 'at most 1000 bytes', received: '1001 characters' }],
    });
  });

  test(`takes ${MAX_JSON_DEPTH_COUNT} levels and refuses one more, in objects and in arrays`, () => {
    const nest = (depth: number, open: string, close: string) =>
      parseJsonObject(`{"a":${open.repeat(depth - 1)}${close.repeat(depth - 1)}}`, LIMIT_BYTES).ok;
    expect([nest(64, '[', ']'), nest(65, '[', ']')]).toEqual([true, false]);
    expect([nest(64, '{"a":', '}').valueOf(), nest(65, '{"a":', '}')]).toEqual([false, false]);
    const objects = (depth: number) =>
      parseJsonObject(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`, LIMIT_BYTES).ok;
    expect([objects(64), objects(65)]).toEqual([true, false]);
  });

  test('removes __proto__ at every level, however it is spelled', () => {
    const text = String.raw`{"__proto__":{"x":1},"a":[{"\u005f_proto__":null,"b":2}],"c":{"__pro\u0074o__":5}}`;
    expect(objectOf(text)).toEqual({ a: [{ b: 2 }], c: {} });
    expect(Object.hasOwn(objectOf(text), '__proto__')).toBe(false);
  });

  test('removes constructor where it holds an object, and keeps it where it holds a word', () => {
    expect(objectOf('{"constructor":{"prototype":{"x":1}},"a":{"constructor":"McLaren"}}')).toEqual({
      a: { constructor: 'McLaren' },
    });
  });

  test('leaves nothing that a careless deep merge could pollute a prototype with', () => {
    const merge = (into: Record<string, unknown>, from: Record<string, unknown>): void => {
      for (const key in from) {
        const value = from[key];
        const target = into[key];
        if (
          typeof value === 'object' &&
          value !== null &&
          (typeof target === 'object' || typeof target === 'function')
        ) {
          merge(target as Record<string, unknown>, value as Record<string, unknown>);
        } else into[key] = value;
      }
    };
    merge({}, objectOf('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['', 'JSON', '0 characters'],
    ['{"token":"eyJ0"', 'JSON', '15 characters'],
    ['\ufeff{}', 'JSON', '3 characters'],
    ['"eyJ0"', 'a JSON object', 'string'],
    ['""', 'a JSON object', 'an empty string'],
    ['[]', 'a JSON object', 'array'],
    ['null', 'a JSON object', 'null'],
    ['12', 'a JSON object', 'number'],
  ])('refuses %j: expected %s, received %s', (text, expected, received) => {
    expect(parseJsonObject(text, LIMIT_BYTES)).toEqual({ ok: false, issues: [{ path: [], expected, received }] });
  });

  test('keeps lone surrogates and the last of equal keys', () => {
    expect(objectOf(String.raw`{"a":1,"a":"\ud83d"}`)).toEqual({ a: '\ud83d' });
  });
});
