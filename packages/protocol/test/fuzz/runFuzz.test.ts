// This file runs the fuzzer over every target in small, and shows that it notices each kind of fault.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CreateQuery, parseCreateQuery } from '../../src/amigo-notes/index.ts';
import { encodeServerMessage, parseServerMessage, type ServerMessage } from '../../src/voice-api/index.ts';
import { CANARY, faultOfResult } from '../calmResult.ts';
import { anyServerMessage } from '../voiceApiMessages.ts';
import { SECRET, voiceApiSubject } from '../voiceApiSubject.ts';
import { type FuzzTarget, codecTarget } from './fuzzTarget.ts';
import { queryTarget } from './notesTargets.ts';
import { runFuzz } from './runFuzz.ts';
import { sessionTarget } from './sessionTarget.ts';
import { FUZZ_TARGETS } from './targets.ts';

const INPUT_COUNT = 2000;
const SEED = 20_261_121;

describe(`the fuzzer, ${INPUT_COUNT} inputs with seed ${SEED}`, () => {
  test.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))(
    '%s holds, and sees more than one outcome',
    (_name, target) => {
      const { failure, inputCount, takenCount, unknownCount, refusedCount } = runFuzz(target, INPUT_COUNT, SEED);
      expect(failure).toBeUndefined();
      expect(takenCount + unknownCount + refusedCount).toBe(INPUT_COUNT);
      expect(inputCount).toBe(INPUT_COUNT);
      expect(takenCount).toBeGreaterThan(0);
    },
  );

  test('gives the same figures for the same seed', () => {
    const [target] = FUZZ_TARGETS;
    if (target === undefined) throw new Error('no targets');
    expect(runFuzz(target, 500, 1)).toEqual(runFuzz(target, 500, 1));
    expect(runFuzz(target, 500, 1).inputBytes).not.toBe(runFuzz(target, 500, 2).inputBytes);
  });
});

describe('the fuzzer fails on', () => {
  const half = { parse: parseServerMessage, encode: encodeServerMessage, messages: anyServerMessage };
  const failureOf = (target: FuzzTarget) => runFuzz(target, 3000, SEED).failure ?? '';

  test('a parser that throws on rare text', () => {
    const parse: typeof half.parse = (wire) => {
      if (typeof wire === 'string' && wire.includes('\u0000')) throw new TypeError('rare');
      return parseServerMessage(wire);
    };
    const failure = failureOf(codecTarget('throwing', { ...half, parse }));
    expect(failure).toContain('rare');
    expect(failure).toContain(`seed: ${SEED}`);
  });

  test('an issue that quotes the input', () => {
    const parse: typeof half.parse = (wire) => {
      const result = parseServerMessage(wire);
      return result.ok
        ? result
        : { ok: false, issues: [{ path: [], expected: 'x', received: String(wire).slice(0, 90) }] };
    };
    expect(failureOf(codecTarget('quoting', { ...half, parse }))).toContain('quotes the input');
  });

  test('a writer that loses the type of what it does not know', () => {
    const encode = (message: ServerMessage) =>
      message.type === 'unknown' ? '{"later":true}' : encodeServerMessage(message);
    expect(failureOf(codecTarget('losing', { ...half, encode }))).toContain('refused when written');
  });

  test('a writer that changes a field', () => {
    const encode = (message: ServerMessage) =>
      message.type === 'error'
        ? encodeServerMessage({ ...message, code: `${message.code}!` })
        : encodeServerMessage(message);
    expect(failureOf(codecTarget('changing', { ...half, encode }))).toContain('another message');
  });

  test('a request that asks for something else than was read', () => {
    const ask = (query: object) => `https://x.example/?${new URLSearchParams(Object.entries(query)).toString()}`;
    const target = (urlOf: (query: CreateQuery) => string) => queryTarget('asking', parseCreateQuery, urlOf);
    expect(failureOf(target(ask))).toBe('');
    expect(failureOf(target(() => 'https://x.example/'))).toContain('refused when asked');
    let count = 0;
    expect(failureOf(target((query) => `${ask(query)}&count=${count++}`))).toContain('another query');
  });

  test('a changed prototype', () => {
    const target: FuzzTarget = {
      name: 'polluting',
      inputs: fc.string(),
      check() {
        Object.assign(Object.prototype, { polluted: 1 });
        return 'taken';
      },
    };
    try {
      expect(failureOf(target)).toContain('a changed prototype');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  test('a session that shows its secret, or speaks after its end', () => {
    const withEvent = (code: string) => ({
      ...voiceApiSubject,
      createVendor() {
        const vendor = voiceApiSubject.createVendor();
        return {
          ...vendor,
          createSession(credentials: unknown) {
            const session = vendor.createSession(credentials);
            return {
              ...session,
              receive(data: string | Uint8Array) {
                const step = session.receive(data);
                const event = { type: 'vendorError', vendorCode: code, vendorMessage: '' } as const;
                return typeof data === 'string' && data.includes('session_ended')
                  ? { ...step, events: [...step.events, event] }
                  : step;
              },
            };
          },
        };
      },
    });
    expect(failureOf(sessionTarget('showing', withEvent(SECRET)))).toMatch(/a secret is shown|after sessionEnded/);
    expect(failureOf(sessionTarget('talkative', withEvent('x')))).toContain('after sessionEnded');
  });

  test('results that are no results', () => {
    expect(faultOfResult({ ok: true, message: 5 })).toContain('number');
    expect(faultOfResult({ ok: false, issues: [] })).toContain('without an issue');
    expect(faultOfResult({ ok: false, issues: [{ path: [CANARY], expected: '', received: '' }] })).toContain('quotes');
    expect(faultOfResult({ ok: false, issues: [{ path: [], expected: 'x'.repeat(130), received: '' }] })).toContain(
      '132',
    );
    expect(faultOfResult({ ok: true, message: {} })).toBeUndefined();
  });
});
