import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue/index.ts';
import { renderTable, Results } from './catalogue/table.ts';

const PAGE = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));
const results = new Results();
let testedCount = 0;

describe('the fault catalogue', () => {
  test('names each fault once, in order', () => {
    const numbers = CATALOGUE.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  for (const { number, name, expects, vendors, meet } of CATALOGUE) {
    describe(`fault ${number}, ${name}: a session ${expects}`, () => {
      for (const vendor of vendors) {
        test(`${vendor}`, async () => {
          testedCount += 1;
          results.set(number, vendor, 'fails');
          await expect(meet(vendor)).resolves.toBeUndefined();
          results.set(number, vendor, 'holds');
        });
      }
    });
  }

  test('the table in the docs says the same', ({ skip }) => {
    const wanted = CATALOGUE.reduce((sum, { vendors }) => sum + vendors.length, 0);
    if (testedCount < wanted) skip('only some of the faults were tested');
    const table = renderTable(CATALOGUE, results);
    if (process.env['VOICEWIRE_WRITE_FAULTS'] !== undefined) writeFileSync(PAGE, table);
    const told = readFileSync(PAGE, 'utf8');
    expect(told, 'out of date: node packages/client/scripts/faults.mjs').toBe(table);
  });
});
