// This file shows that every promise of the codec contract can be broken, and that the contract then fails.
import { describe, expect, test } from 'vitest';
import { anyServerMessage } from '../../test/voiceApiMessages.ts';
import { encodeServerMessage, parseServerMessage, type ServerMessage } from '../voice-api/index.ts';
import { CODEC_CASES, expectCalmResult, type CodecHalf } from './codec.contract.ts';

type Half = CodecHalf<ServerMessage>;

const GOOD: Half = {
  parse: parseServerMessage,
  encode: encodeServerMessage,
  messages: anyServerMessage,
  golden: [{ name: 'connected', wire: '{"type":"connected"}', message: { type: 'connected' } }],
  faulty: [{ name: 'no reason', wire: '{"type":"session_ended"}', path: ['reason'] }],
};

/** Parses with nothing between the text and the caller. */
function parseCarelessly(data: string | Uint8Array): ReturnType<Half['parse']> {
  if (typeof data !== 'string') return { ok: true, message: { type: 'audio', bytes: data } };
  const raw = JSON.parse(data) as Record<string, unknown>;
  const copy = Object.assign({}, raw);
  return { ok: true, message: { type: 'unknown', messageType: String(raw['type']), raw: copy } };
}

const issueOf = (received: string): ReturnType<Half['parse']> => ({
  ok: false,
  issues: [{ path: [], expected: 'better', received }],
});

/** What is broken, how, and words of the case that must notice. */
const SABOTAGES: readonly (readonly [string, Partial<Half>, string])[] = [
  ['a message of the pages that is refused', { parse: () => issueOf('this') }, 'every message of the vendor pages'],
  ['an encoder that loses a field', { encode: () => '{}' }, 'writes what it reads'],
  ['an encoder that writes one message for all', { encode: () => '{"type":"connected"}' }, 'reads what it writes'],
  ['a parser that takes everything', { parse: parseCarelessly }, 'refuses a known message with a fault'],
  ['a parser that names no place', { parse: () => issueOf('this') }, 'refuses a known message with a fault'],
  ['a parser that throws', { parse: parseCarelessly }, 'never throws and never quotes'],
  [
    'a parser that quotes the text',
    { parse: (data) => (typeof data === 'string' ? issueOf(data.slice(0, 80)) : parseServerMessage(data)) },
    'never throws and never quotes',
  ],
  ['a parser that copies prototype keys', { parse: parseCarelessly }, 'without their prototype keys'],
  [
    'a parser that looks types up in an object',
    {
      parse: (data) =>
        String(data) in {} || String(data).includes('toString') ? issueOf('this') : parseServerMessage(data),
    },
    'names of Object.prototype',
  ],
  ['a parser without a depth limit', { parse: parseCarelessly }, 'nesting deeper than 64 levels'],
  ['a parser that refuses wide objects', { parse: () => issueOf('wide') }, '1 MB texts'],
  ['a parser that takes any object for bytes', { parse: parseCarelessly }, 'what no socket should deliver'],
];

describe('the codec contract', () => {
  for (const [sabotage, change, words] of SABOTAGES) {
    test(`fails on ${sabotage}`, () => {
      const matching = CODEC_CASES.filter(({ name }) => name.includes(words));
      expect(matching.map(({ name }) => name)).toHaveLength(1);
      const broken = { ...GOOD, ...change } as CodecHalf<unknown>;
      expect(() => matching[0]?.check(broken)).toThrow();
    });
  }

  test('has a sabotage for every promise', () => {
    const unproven = CODEC_CASES.filter(({ name }) => !SABOTAGES.some(([, , words]) => name.includes(words)));
    expect(unproven.map(({ name }) => name)).toEqual([]);
  });

  test('expectCalmResult fails on an issue of 121 characters, on no issues, and on a message that is no object', () => {
    expect(() => expectCalmResult(issueOf('x'.repeat(120)))).toThrow();
    expect(() => expectCalmResult({ ok: false, issues: [] })).toThrow();
    expect(() => expectCalmResult({ ok: true, message: 'text' })).toThrow();
    expect(() => expectCalmResult(issueOf('this'))).not.toThrow();
  });
});
