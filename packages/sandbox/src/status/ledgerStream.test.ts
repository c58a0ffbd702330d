import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { MAX_FRAMES } from '../ledger/connectionLedger.ts';
import { LedgerBook } from '../ledger/ledger.ts';
import { streamLedger } from './ledgerStream.ts';

/** Well under what would hold up audio: 100 entries over the step's 64 kB. */
const MAX_STEP_CHARS = 100_000;
const MAX_WAITING_BYTES = 1_048_576;

function fillConnection(book: LedgerBook, frameCount: number): void {
  const connection = book.openConnection('voice-api', 'connected');
  for (let i = 0; i < frameCount; i++) connection.frameHandled(connection.frameArrived('binary', i), 'audio');
  connection.recordViolation('C-08', 'fatal', '"quoted", é');
  connection.recordUtterance({ startSample: 0, endSample: 160, durationMs: 10, rmsDb: -20, transcript: 'hello' });
}

function createBook(connectionCount: number, frameCount = MAX_FRAMES): LedgerBook {
  let now = 0;
  const book = new LedgerBook({ nowMs: () => (now += 0.3) });
  for (let i = 0; i < 120; i++) book.openRequest('GET', `/${i}`).recordStatus(200);
  for (let i = 0; i < connectionCount; i++) fillConnection(book, frameCount);
  return book;
}

/** A timer takes at least 1 ms, as on a platform's clock. */
function createSlowClock(fake: FakeClock): Clock {
  return {
    nowMs: () => fake.nowMs(),
    setTimer: (ms, fn) => fake.setTimer(Math.max(1, ms), fn),
    clearTimer: (timer) => fake.clearTimer(timer),
  };
}

/** A reader that takes so many bytes per ms. */
function read(book: LedgerBook, bytesPerMs = Number.POSITIVE_INFINITY) {
  const fake = new FakeClock();
  const clock = createSlowClock(fake);
  const writes: { readonly atMs: number; readonly text: string }[] = [];
  const endings: ('ended' | 'aborted')[] = [];
  let waitingBytes = 0;
  let mostWaitingBytes = 0;
  const producer = streamLedger(book, clock).start({
    write: (text) => {
      writes.push({ atMs: fake.nowMs(), text: String(text) });
      waitingBytes += text.length;
      mostWaitingBytes = Math.max(mostWaitingBytes, waitingBytes);
    },
    end: () => endings.push('ended'),
    abort: () => endings.push('aborted'),
    get bufferedAmountBytes() {
      return waitingBytes;
    },
  });
  return {
    fake,
    producer,
    writes,
    advance: (ms: number): void => {
      for (let i = 0; i < ms && endings.length === 0; i++) {
        fake.advanceMs(1);
        waitingBytes = Math.max(0, waitingBytes - bytesPerMs);
      }
    },
    endings,
    get mostWaitingBytes() {
      return mostWaitingBytes;
    },
    get json(): unknown {
      return JSON.parse(writes.map(({ text }) => text).join(''));
    },
  };
}

describe('the ledger as a stream', () => {
  test('of 50 full connections equals the ledger, in steps of 1 ms and at most 100,000 characters', () => {
    const book = createBook(50);
    const answer = read(book);
    expect(answer.writes).toEqual([]);
    answer.advance(10_000);
    expect(answer.endings).toEqual(['ended']);
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(book)));
    expect(Math.max(...answer.writes.map(({ text }) => text.length))).toBeLessThan(MAX_STEP_CHARS);
    expect(new Set(answer.writes.map(({ atMs }) => atMs)).size).toBe(answer.writes.length);
    expect(answer.writes.length).toBeGreaterThan(100);
    expect(answer.fake.pendingTimerCount).toBe(0);
  });

  test.each([
    [0, 0],
    [1, 0],
    [1, 1],
    [3, 100],
    [3, 101],
  ])('of %i connections with %i frames each equals the ledger', (connectionCount, frameCount) => {
    const book = createBook(connectionCount, frameCount);
    const answer = read(book);
    answer.advance(100);
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(book)));
  });

  test('a connection is looked at only when its turn comes', () => {
    const book = createBook(20);
    const looks = book.connections.map((connection) => vi.spyOn(connection, 'frames', 'get'));
    const answer = read(book);
    answer.advance(1);
    expect(looks.filter((look) => look.mock.calls.length > 0).length).toBe(1);
    answer.advance(10_000);
    expect(looks.map((look) => look.mock.calls.length)).toEqual(looks.map(() => 1));
  });

  test('connections that come and go meanwhile change nothing in the list', () => {
    const book = createBook(20);
    const answer = read(book);
    answer.advance(5);
    for (let i = 0; i < 100; i++) {
      book.openConnection('voice-api', 'connected').recordClose({ code: 1000, reason: '', wasClean: true });
      book.connectionClosed();
    }
    answer.advance(10_000);
    const { connections } = answer.json as { connections: { id: number; frames: unknown[] }[] };
    expect(connections.map(({ id, frames }) => [id, frames.length])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i + 1, MAX_FRAMES]),
    );
  });

  test('for a slow reader little more than 1 MB waits, and it gets all', () => {
    const book = createBook(50);
    const answer = read(book, 2000);
    answer.advance(60_000);
    expect(answer.mostWaitingBytes).toBeLessThan(MAX_WAITING_BYTES + MAX_STEP_CHARS);
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(book)));
  });

  test('a reader that takes nothing for 30 s is dropped', () => {
    const answer = read(createBook(50), 0);
    answer.advance(29_000);
    expect(answer.endings).toEqual([]);
    answer.advance(2000);
    expect([answer.endings, answer.fake.pendingTimerCount]).toEqual([['aborted'], 0]);
    expect(answer.mostWaitingBytes).toBeLessThan(MAX_WAITING_BYTES + MAX_STEP_CHARS);
  });

  test('a reader that goes away ends the work', () => {
    const answer = read(createBook(50));
    answer.advance(3);
    answer.producer.onCancelled();
    answer.advance(1000);
    expect([answer.writes.length, answer.fake.pendingTimerCount]).toEqual([3, 0]);
  });
  test('a hundred readers at once take turns; who goes away, or takes nothing, holds up nobody', () => {
    const book = createBook(2);
    const fake = new FakeClock();
    const clock = createSlowClock(fake);
    const readers = Array.from({ length: 100 }, (_, i) => {
      const reader = { texts: [] as string[], writtenAtMs: [] as number[], endings: [] as string[] };
      const producer = streamLedger(book, clock).start({
        write: (text) => {
          reader.texts.push(String(text));
          reader.writtenAtMs.push(fake.nowMs());
        },
        end: () => reader.endings.push('ended'),
        abort: () => reader.endings.push('aborted'),
        // Every tenth takes nothing of what it got.
        bufferedAmountBytes: i % 10 === 0 ? MAX_WAITING_BYTES + 1 : 0,
      });
      return { ...reader, producer };
    });
    fake.advanceMs(150);
    readers[1]?.producer.onCancelled();
    fake.advanceMs(29_000);
    const times = readers.flatMap(({ writtenAtMs }) => writtenAtMs);
    expect(new Set(times).size).toBe(times.length);
    const whole = JSON.parse(JSON.stringify(book)) as unknown;
    for (const [i, { texts, endings }] of readers.entries()) {
      if (i % 10 === 0) expect([texts.length, endings]).toEqual([1, []]);
      else if (i === 1) expect([texts.length, endings]).toEqual([2, []]);
      else expect([JSON.parse(texts.join('')), endings]).toEqual([whole, ['ended']]);
    }
    fake.advanceMs(2000);
    expect(readers.filter(({ endings }) => endings[0] === 'aborted').length).toBe(10);
    expect(fake.pendingTimerCount).toBe(0);
  });
});
