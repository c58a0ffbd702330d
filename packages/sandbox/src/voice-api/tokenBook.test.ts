import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { FaultPlan } from '../server/faultPlan.ts';
import { FAULTS } from './faults.ts';
import { TokenBook } from './tokenBook.ts';

const noFaults = new FaultPlan(FAULTS, []);

function createBook() {
  const clock = new FakeClock();
  return { clock, book: new TokenBook(clock, createRandom(41)) };
}

describe('TokenBook', () => {
  test('a token is good once, then used', () => {
    const { book } = createBook();
    const { token } = book.issue('localhost', noFaults);
    expect(book.present(token).kind).toBe('good');
    expect(book.present(token)).toMatchObject({ kind: 'used', grant: { useCount: 2 } });
  });

  test('a token lives 300,000 ms from its issue, not a millisecond longer', () => {
    const { book, clock } = createBook();
    const tokens = [book.issue('localhost', noFaults).token, book.issue('localhost', noFaults).token] as const;
    clock.advanceMs(300_000);
    expect(book.present(tokens[0]).kind).toBe('good');
    clock.advanceMs(1);
    expect(book.present(tokens[1])).toEqual({ kind: 'expired', ageMs: 300_001 });
  });

  test('what was never issued is unknown, whatever it is called', () => {
    const { book } = createBook();
    for (const token of ['', '__proto__', 'x'.repeat(10_000)]) expect(book.present(token).kind).toBe('unknown');
  });

  test('the same seed issues the same tokens; no two are alike', () => {
    const issue = () => {
      const { book } = createBook();
      return Array.from({ length: 100 }, () => book.issue('localhost', noFaults).token);
    };
    expect(issue()).toEqual(issue());
    expect(new Set(issue()).size).toBe(100);
  });

  test('100,000 token requests keep 4096 in memory, the latest', () => {
    const { book } = createBook();
    const grants = Array.from({ length: 100_000 }, () => book.issue('localhost', noFaults));
    expect(grants.filter(({ token }) => book.isToken(token)).length).toBe(4096);
    expect(book.present(grants.at(-1)?.token ?? '').kind).toBe('good');
    expect(book.present(grants[0]?.token ?? '').kind).toBe('unknown');
    expect(book.findByTicket(grants[0]?.ticket)).toBeUndefined();
  });
});
