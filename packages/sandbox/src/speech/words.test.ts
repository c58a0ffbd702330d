import { describe, expect, test } from 'vitest';
import { normalizeWords, spellNumber, splitSentences } from './words.ts';

describe('words', () => {
  test('punctuation separates, apostrophes stay, case goes', () => {
    expect(normalizeWords("  Don't stop, Élise — 3 times! ")).toEqual(["don't", 'stop', 'élise', '3', 'times']);
  });

  test('a text falls into sentences at . ! and ?, empty ones vanish', () => {
    expect(splitSentences('Hi... Who? Me!')).toEqual([['hi'], ['who'], ['me']]);
    expect(splitSentences(' .,! ')).toEqual([]);
  });
});

describe('spellNumber', () => {
  test.each([
    [0, 0, 'zero'],
    [7, 0, 'seven'],
    [-23, 0, 'minus twenty three'],
    [40, 0, 'forty'],
    [100, 0, 'one hundred'],
    [215.4, 0, 'two hundred fifteen'],
    [1e9, 0, 'nine hundred ninety nine'],
    [-0.2, 0, 'zero'],
    [2.4, 1, 'two point four'],
    [2.96, 1, 'three'],
    [0.04, 1, 'zero'],
    [-0.5, 1, 'minus zero point five'],
    [19.96, 1, 'twenty'],
    [23.7, 1, 'twenty four'],
  ] as const)('%d with %d decimals is "%s"', (value, decimals, words) => {
    expect(spellNumber(value, decimals)).toBe(words);
  });
});
