// This file checks how options and credentials are judged: by name and type, never by content.
import { describe, expect, test } from 'vitest';
import { ANY_WORD, HTTP_URL, WEB_SOCKET_URL, checkOptions, faultsOfTexts, oneOf, readTexts } from './vendorOptions.ts';
import { VendorOptionsError } from './vendorOptionsError.ts';

const SECRET = 'secret-value';
const RULES = { id: ANY_WORD, 'mode?': oneOf('on', 'off') };

describe('faultsOfTexts', () => {
  test.each([
    [{ id: 'a' }, []],
    [{ id: 'a', mode: 'off', other: 4 }, []],
    [{ id: '' }, [['id', 'a text', 'an empty string']]],
    [{ id: 'a', mode: 'onoff' }, [['mode', 'on or off', 'string']]],
    [{ id: 'a', mode: null }, [['mode', 'on or off', 'null']]],
    [undefined, [['id', 'a text', 'nothing']]],
    [null, [['id', 'a text', 'nothing']]],
    [
      { id: [SECRET], mode: 4 },
      [
        ['id', 'a text', 'array'],
        ['mode', 'on or off', 'number'],
      ],
    ],
  ])('of %j finds %j', (given, faults) => {
    expect(faultsOfTexts(RULES, given).map((issue) => [issue.path[0], issue.expected, issue.received])).toEqual(faults);
  });

  test.each([
    [WEB_SOCKET_URL, 'wss://host', true],
    [WEB_SOCKET_URL, 'WS://host:1/path?query', true],
    [WEB_SOCKET_URL, 'https://host', false],
    [WEB_SOCKET_URL, 'wss://', false],
    [WEB_SOCKET_URL, 'wss://host/#fragment', false],
    [WEB_SOCKET_URL, 'wss://host/a b', false],
    [HTTP_URL, 'http://host/path/', true],
    [HTTP_URL, 'https://host?query', false],
    [HTTP_URL, 'wss://host', false],
  ] as const)('by %j, that %s is a URL is %s', (rule, url, isUrl) => {
    expect(faultsOfTexts({ url: rule }, { url }).length === 0).toBe(isUrl);
  });

  test('reads a host of 100,000 characters without taking a time that grows with its square', () => {
    expect(faultsOfTexts({ url: WEB_SOCKET_URL }, { url: `wss://${'a'.repeat(100_000)} ` })).toHaveLength(1);
  });
});

describe('readTexts', () => {
  test('gives what has a rule, and nothing else', () => {
    expect(readTexts(RULES, { id: 'a', other: SECRET })).toEqual({ ok: true, message: { id: 'a' } });
  });

  test.each([
    [undefined, 'nothing'],
    [SECRET, 'string'],
    [() => SECRET, 'function'],
  ])('says what it wants instead of %s', (given, received) => {
    const issues = [{ path: [], expected: 'object', received }];
    expect(readTexts(RULES, given)).toEqual({ ok: false, issues });
  });

  test('reads a getter once, and turns one that throws into an issue', () => {
    let readCount = 0;
    const id = (): string => `a${readCount++}`;
    expect(readTexts(RULES, Object.defineProperty({}, 'id', { get: id }))).toMatchObject({ message: { id: 'a0' } });
    const trap = Object.defineProperty({}, 'id', {
      get() {
        throw new Error(SECRET);
      },
    });
    const issues = [{ path: [], expected: 'readable fields', received: 'others' }];
    expect(readTexts(RULES, trap)).toEqual({ ok: false, issues });
  });
});

describe('checkOptions', () => {
  const parse = (value: unknown) => readTexts(RULES, value);

  test('takes credentials, or a function for them', () => {
    expect(() => checkOptions('vendor', { credentials: { id: 'a' } }, parse)).not.toThrow();
    expect(() => checkOptions('vendor', { credentials: () => undefined }, parse)).not.toThrow();
  });

  test('throws all faults in one error, those of credentials below their name', () => {
    const fault = { path: ['url'], expected: 'a URL', received: 'string' };
    const thrown = (() => {
      try {
        return checkOptions('vendor', { credentials: { id: 4 } }, parse, [fault]);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(VendorOptionsError);
    expect((thrown as VendorOptionsError).details.issues.map(({ path }) => path)).toEqual([
      ['url'],
      ['credentials', 'id'],
    ]);
    expect(String(thrown)).toContain('vendor(): url: expected a URL, received string; ');
  });
});
