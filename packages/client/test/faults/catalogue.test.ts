import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue/index.ts';

describe('the fault catalogue', () => {
  test('names each fault once, in order', () => {
    const numbers = CATALOGUE.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  for (const { number, name, expects, vendors, meet, open = {} } of CATALOGUE) {
    describe(`fault ${number}, ${name}: a session ${expects}`, () => {
      for (const vendor of vendors) {
        const declare = open[vendor] === undefined ? test : test.fails;
        declare(vendor, () => meet(vendor));
      }
    });
  }
});
