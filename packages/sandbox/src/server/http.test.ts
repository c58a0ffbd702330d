import { describe, expect, test } from 'vitest';
import { parseTarget, queryValue } from './http.ts';

describe('parseTarget', () => {
  test('splits path and query, keeps repeated names and decodes', () => {
    expect(parseTarget('/a/b?x=1&x=2&y=a%20b+c&flag&=z')).toEqual({
      pathname: '/a/b',
      query: [
        ['x', '1'],
        ['x', '2'],
        ['y', 'a b c'],
        ['flag', ''],
        ['', 'z'],
      ],
    });
  });

  test('what cannot be decoded stays as it is', () => {
    expect(queryValue(parseTarget('/?x=%E0%A4%A'), 'x')).toBe('%E0%A4%A');
    expect(parseTarget('')).toEqual({ pathname: '', query: [] });
    expect(queryValue(parseTarget('/?a=1'), 'b')).toBeUndefined();
  });
});
