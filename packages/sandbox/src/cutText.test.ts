import { expect, test } from 'vitest';
import { cutText } from './cutText.ts';

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['a"\n\\b', 4, 'a"\n\\'],
  ['ab😀', 3, 'ab\ud83d'],
])('%j, at most %i characters: %j', (text, maxChars, wanted) => {
  expect(cutText(text, maxChars)).toBe(wanted);
});
