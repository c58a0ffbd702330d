import { describe, expect, test } from 'vitest';
import { ALL_ACTIONS, compileActionFilter } from './actionFilter.ts';

describe('compileActionFilter', () => {
  test.each([
    ['^.*$', 'tool-call-started', true],
    ['^$', 'tool-call-started', false],
    ['^tool-call-', 'tool-call-started', true],
    ['^tool-call-', 'action-too-long', false],
    // The vendor's own example: no type has a dot in its place, but any character may stand for it.
    ['^tool\\..*', 'tool-call-started', false],
    ['started', 'tool-call-started', true],
    ['(?i)TOOL', 'tool-call-started', true],
    ['', 'tool-call-started', true],
  ])('%s on %s: %s', (pattern, type, wanted) => {
    expect(compileActionFilter(pattern)?.matches(type)).toBe(wanted);
  });

  test.each([
    ['look-ahead', '(?=tool)'],
    ['negative look-behind', '(?<!x)tool'],
    ['a reference to a group', '(a)\\1'],
    ['an open group', '('],
    ['nothing to repeat', '*'],
    ['1001 repetitions', 'a{1001}'],
    ['257 characters', 'a'.repeat(257)],
    ['2000 times a character class', '\\pL{1000}\\pL{1000}'],
  ])('%s is refused', (_name, pattern) => {
    expect(compileActionFilter(pattern)).toBeUndefined();
  });

  test('a pattern on which backtracking engines never end, and 10,000 characters', () => {
    expect(compileActionFilter('(a*)*b')?.matches('a'.repeat(10_000))).toBe(false);
  });

  test('without a pattern, every action passes', () => {
    expect(ALL_ACTIONS.matches('anything')).toBe(true);
  });
});
