import { expect, test } from 'vitest';
import { alignCharacters } from './alignment.ts';

test('four characters of 200 ms begin at 0, 50, 100 and 150 ms', () => {
  expect(alignCharacters('Hi! ', 200)).toEqual([
    [0, 'H'],
    [50, 'i'],
    [100, '!'],
    [150, ' '],
  ]);
});

test('a surrogate pair is one character; no text has no times', () => {
  expect(alignCharacters('a\u{1f600}', 1000)).toEqual([
    [0, 'a'],
    [500, '\u{1f600}'],
  ]);
  expect(alignCharacters('', 1000)).toEqual([]);
});
