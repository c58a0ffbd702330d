import { describe, expect, test } from 'vitest';
import { MAX_FRAMES } from './connectionLedger.ts';
import { LedgerBook, MAX_CLOSED_CONNECTIONS, MAX_CLOSED_RECORDINGS } from './ledger.ts';
import type { LedgerEntry } from './records.ts';

const close = { code: 1000, reason: '', wasClean: true };
const pcm = new Int16Array(320).fill(1000);

describe('ledger', () => {
  test('of 100,000 frames the last 2,000 are kept, and all are counted', () => {
    const connection = new LedgerBook({ nowMs: () => 0 }).openConnection('test', 'a');
    for (let i = 0; i < 100_000; i++) {
      connection.frameHandled(connection.frameArrived('binary', i), 'audio');
    }
    expect(connection.frames.length).toBe(MAX_FRAMES);
    expect(connection.frames[0]?.sizeBytes).toBe(98_000);
    expect(connection.frames.at(-1)?.sizeBytes).toBe(99_999);
    expect(connection.counters).toMatchObject({ framesIn: 100_000, bytesIn: 4_999_950_000 });
  });

  test('a message comes before what it led to, at the time it came, with the state it led to; the sink hears the same', () => {
    let now = 1;
    const entries: LedgerEntry[] = [];
    const connection = new LedgerBook({ nowMs: () => now, sink: (entry) => entries.push(entry) }).openConnection(
      't',
      'a',
    );
    const frame = connection.frameArrived('text', 9);
    now = 2;
    connection.recordViolation('X-1', 'fatal', 'wrong');
    connection.frameSent('text', 5, 'error');
    connection.state = 'b';
    connection.frameHandled(frame, 'hello');
    connection.frameSent('text', 7, 'welcome', 'a', 'c');
    const shared = { opcode: 'text', stateBefore: 'a' };
    expect(connection.frames).toEqual([
      { ...shared, atMs: 1, direction: 'in', sizeBytes: 9, type: 'hello', stateAfter: 'b' },
      { ...shared, atMs: 2, direction: 'out', sizeBytes: 5, type: 'error', stateAfter: 'a' },
      { ...shared, atMs: 2, direction: 'out', sizeBytes: 7, type: 'welcome', stateAfter: 'c' },
    ]);
    expect(entries.map(({ kind }) => kind)).toEqual(['opened', 'frame', 'violation', 'frame', 'frame']);
    expect(entries.filter(({ kind }) => kind === 'frame')).toMatchObject(connection.frames);
    expect(entries[1]).toMatchObject({ connection: 1, frameIndex: 0 });
  });

  test('of 10,000 violations the last 200 are kept, and all are counted by rule', () => {
    const connection = new LedgerBook({ nowMs: () => 0 }).openConnection('test', 'a');
    for (let i = 0; i < 10_000; i++) connection.recordViolation(i % 2 === 0 ? 'X-1' : 'X-2', 'note', `${i}`);
    expect(connection.violations.length).toBe(200);
    expect(connection.counters.violationsByRule).toEqual({ 'X-1': 5000, 'X-2': 5000 });
    expect(connection.violationCounts).toEqual({ fatal: 0, strict: 0, note: 10_000 });
  });

  test('10 fatal violations outlast 10,000 notes, and all come in their order', () => {
    const connection = new LedgerBook({ nowMs: () => 0 }).openConnection('test', 'a');
    for (let i = 0; i < 10_010; i++) {
      const isFatal = i % 1001 === 0;
      connection.recordViolation(isFatal ? 'X-1' : 'X-2', isFatal ? 'fatal' : 'note', `${i}`);
    }
    const kept = connection.violations.map(({ detail }) => Number(detail));
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(connection.violations.filter(({ severity }) => severity === 'fatal').length).toBe(10);
    expect(kept.length).toBe(210);
    expect(connection.violationCounts).toEqual({ fatal: 10, strict: 0, note: 10_000 });
  });

  test.each([
    [false, MAX_CLOSED_CONNECTIONS],
    [true, MAX_CLOSED_RECORDINGS],
  ])('with recording %s, %i closed connections are kept beside the open ones, the latest', (isRecording, kept) => {
    const book = new LedgerBook({ nowMs: () => 0, isRecording });
    const open = book.openConnection('test', 'a');
    for (let i = 0; i < 500; i++) {
      book.openConnection('test', 'a').recordClose(close);
      book.connectionClosed();
    }
    expect(book.connections.length).toBe(kept + 1);
    expect(book.connections[0]).toBe(open);
    expect(book.connections.at(-1)?.id).toBe(501);
    expect(book.connectionCount).toBe(501);
  });

  test('without recording no audio is kept, but its level is', () => {
    const connection = new LedgerBook({ nowMs: () => 0 }).openConnection('test', 'a');
    connection.recordReceivedAudio(pcm);
    connection.recordSentAudio(pcm);
    expect([connection.receivedPcm().length, connection.sentPcm().length]).toEqual([0, 0]);
    expect(connection.counters.audioSamplesIn).toBe(320);
    expect(connection.counters.audioPeakDb).toBeCloseTo(20 * Math.log10(1000 / 32_768), 3);
  });

  test('with recording, of 11 minutes the last 10 are kept', () => {
    const connection = new LedgerBook({ nowMs: () => 0, isRecording: true }).openConnection('test', 'a');
    const second = new Int16Array(16_000);
    for (let i = 0; i < 660; i++) connection.recordReceivedAudio(second.fill(i));
    expect(connection.receivedPcm().length).toBe(600 * 16_000);
    expect(connection.receivedPcm()[0]).toBe(60);
    expect(connection.counters.audioSamplesIn).toBe(660 * 16_000);
  });

  test('violations of requests and connections come in the order of their times', () => {
    let now = 5;
    const book = new LedgerBook({ nowMs: () => now });
    book.openConnection('test', 'a').recordViolation('X-2', 'note', 'later');
    now = 9;
    const request = book.openRequest('POST', '/x');
    now = 1;
    request.recordViolation('X-1', 'fatal', 'wrong');
    now = 9;
    request.recordStatus(401);
    expect(book.violations.map(({ ruleId }) => ruleId)).toEqual(['X-1', 'X-2']);
    const violations = [{ ruleId: 'X-1', severity: 'fatal', detail: 'wrong', frameIndex: -1, atMs: 1 }];
    expect(book.requests).toEqual([{ atMs: 9, method: 'POST', pathname: '/x', status: 401, violations }]);
  });
});
