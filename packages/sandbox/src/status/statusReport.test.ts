import { describe, expect, test, vi } from 'vitest';
import { LedgerBook } from '../ledger/ledger.ts';
import { reportStatus } from './statusReport.ts';

const close = { code: 1000, reason: '', wasClean: true };

function createBook(openCount: number, endedCount: number): LedgerBook {
  const book = new LedgerBook({ nowMs: () => 0 });
  for (let i = 0; i < openCount; i++) book.openConnection('test', 'a');
  for (let i = 0; i < endedCount; i++) {
    book.openConnection('test', 'a').recordClose(close);
    book.connectionClosed();
  }
  return book;
}

describe('the status report', () => {
  test.each([
    { open: 3, ended: 2, shown: [3, 2, 1, 5, 4], hidden: [0, 0] },
    { open: 62, ended: 40, shown: Array.from({ length: 50 }, (_, i) => 62 - i), hidden: [12, 40] },
    {
      open: 45,
      ended: 100,
      shown: [...Array.from({ length: 45 }, (_, i) => 45 - i), 145, 144, 143, 142, 141],
      hidden: [0, 95],
    },
  ])('of $open open and $ended ended connections, the open ones come first; what is not shown is counted', (given) => {
    const report = reportStatus(createBook(given.open, given.ended), 0);
    expect(report.connections.map(({ id }) => id)).toEqual(given.shown);
    expect([report.hiddenOpenCount, report.hiddenEndedCount]).toEqual(given.hidden);
    expect([report.openCount, report.connectionCount]).toEqual([given.open, given.open + given.ended]);
  });

  test('3,000 violations of one connection are 3,000, though 200 are kept', () => {
    const book = createBook(1, 0);
    for (let i = 0; i < 3000; i++) book.latestConnection?.recordViolation('C-08', 'fatal', 'odd');
    book.latestConnection?.recordViolation('C-15', 'strict', 'late');
    const [connection] = reportStatus(book, 0).connections;
    expect(connection?.violationCounts).toEqual({ fatal: 3000, strict: 1, note: 0 });
  });

  test('the latest 50 violations of connections and requests come newest first', () => {
    let now = 0;
    const book = new LedgerBook({ nowMs: () => now });
    const connection = book.openConnection('test', 'a');
    const request = book.openRequest('GET', '/');
    for (now = 1; now <= 60; now++) {
      if (now % 2 === 0) connection.recordViolation('X-1', 'note', `${now}`);
      else request.recordViolation('X-2', 'strict', `${now}`);
    }
    request.recordStatus(200);
    const { violations } = reportStatus(book, 100);
    expect(violations.map(({ detail }) => Number(detail))).toEqual(Array.from({ length: 50 }, (_, i) => 60 - i));
    expect(violations.slice(0, 2).map(({ connection: id, ruleId }) => [id, ruleId])).toEqual([
      [1, 'X-1'],
      [undefined, 'X-2'],
    ]);
  });

  test('of 1,000 open connections, only the 50 shown are looked into', () => {
    const book = createBook(1000, 0);
    const looks = book.connections.flatMap((connection) => [
      vi.spyOn(connection, 'counters', 'get'),
      vi.spyOn(connection, 'violations', 'get'),
      vi.spyOn(connection, 'frames', 'get'),
    ]);
    reportStatus(book, 0);
    expect(looks.filter((look) => look.mock.calls.length > 0).length).toBe(50);
  });
});
