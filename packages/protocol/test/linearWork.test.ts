// This file counts the steps of reading large messages, since no clock on a busy machine tells linear from quadratic.
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as amigoNotes from '../src/amigo-notes/index.ts';
import * as amigo from '../src/amigo/index.ts';
import type { ParseResult } from '../src/neutral/parseResult.ts';
import * as soca from '../src/soca/index.ts';
import * as voiceApi from '../src/voice-api/index.ts';
import { decodeBase64 } from '../src/wire/base64Decode.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A handler of proxies that calls `look` whenever anything of an object is looked at. */
function counting(look: () => void): ProxyHandler<object> {
  const handler: ProxyHandler<object> = {};
  for (const trap of ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'set', 'deleteProperty'] as const) {
    handler[trap] = (...given: unknown[]): never => {
      look();
      return Reflect.apply(Reflect[trap], Reflect, given) as never;
    };
  }
  return handler;
}

/** `value` with all objects in it behind proxies. */
function watched(value: unknown, handler: ProxyHandler<object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, child] of Object.entries(value)) Reflect.set(value, key, watched(child, handler));
  return new Proxy(value, handler);
}

/** How often `read` looks at an object, array, key or item. What the platform does before, in `JSON.parse`, is its own. */
function stepCountOf(read: (text: string) => unknown, text: string): number {
  let stepCount = 0;
  const parse = JSON.parse;
  const spy = vi.spyOn(JSON, 'parse').mockImplementation((json: string) =>
    watched(
      parse(json),
      counting(() => stepCount++),
    ),
  );
  read(text);
  spy.mockRestore();
  return stepCount;
}

/** Throws unless four times the items take four times the steps, beside those that every message takes. */
function expectLinear(read: (text: string) => unknown, textOf: (itemCount: number) => string, itemCount: number): void {
  const [one = 0, two = 0, four = 0] = [1, 2, 4].map((factor) => stepCountOf(read, textOf(factor * itemCount)));
  expect(two - one, 'more steps for more items').toBeGreaterThanOrEqual(itemCount);
  expect(four - two, `steps: ${one}, ${two}, ${four}`).toBe(2 * (two - one));
}

const times = (count: number, item: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => item(index));
const wide = (count: number): object => Object.fromEntries(times(count, (index) => [`key${index}`, index]) as never[]);
/** Fills a megabyte with fewer objects. */
const LONG = 'x'.repeat(50);
const piece = { message: 'AAAA', stop: false, sequence_number: 1, message_id: 'm1' };

type Parse = (wire: string) => ParseResult<unknown>;

/** Messages with 1 MB of one thing, where the codecs look into it. */
const LARGE: readonly (readonly [string, Parse, (count: number) => object])[] = [
  ...(
    [
      ['Amigo', amigo.parseServerMessage, amigo.parseClientMessage],
      ['notes', amigoNotes.parseServerMessage, undefined],
      ['Voice API', voiceApi.parseServerMessage, voiceApi.parseClientMessage],
      ['Soca', soca.parseServerMessage, soca.parseClientMessage],
    ] as const
  ).flatMap(([name, ...halves]) =>
    halves.flatMap((parse, index) =>
      parse === undefined
        ? []
        : ([
            [`${name} ${index}: fields`, parse, (count: number) => ({ type: 'x-new', token: 't', ...wide(count) })],
            [
              `${name} ${index}: items`,
              parse,
              (count: number) => ({ type: 'x-new', token: 't', a: times(count, () => [{ b: LONG }]) }),
            ],
          ] as const),
    ),
  ),
  [
    'Amigo: alignment',
    amigo.parseServerMessage,
    (count) => ({ type: 'server.new-message', ...piece, transcript_alignment: times(count, (ms) => [ms, LONG]) }),
  ],
  [
    'Amigo: alignment with a fault in each pair',
    amigo.parseServerMessage,
    (count) => ({ type: 'server.new-message', ...piece, transcript_alignment: times(count, (ms) => [LONG, ms]) }),
  ],
  [
    'notes: alignment',
    amigoNotes.parseServerMessage,
    (count) => ({ type: 'new-message', ...piece, transcript_alignment: times(count, (ms) => [ms, LONG]) }),
  ],
  [
    'Soca: answers',
    soca.parseServerMessage,
    (count) => ({ stepType: 'final_answer', fullResponse: { answers: times(count, () => ({ output: 'x' })) } }),
  ],
];

describe('steps of reading a message of 1 MB', () => {
  test.each(LARGE)('are linear in its size: %s', (_name, parse, messageOf) => {
    const textOf = (count: number): string => JSON.stringify(messageOf(count));
    const itemCount = Math.ceil(250_000 / (textOf(2000).length / 2000));
    expect(textOf(4 * itemCount).length).toBeGreaterThan(900_000);
    expectLinear(parse, textOf, itemCount);
  });

  test('are found quadratic where a reader looks for every item from the start', () => {
    const slow = (text: string): void => {
      const items = (JSON.parse(text) as { readonly a: readonly number[] }).a;
      for (let at = 0; at < items.length; at++) items.indexOf(at);
    };
    expect(() => expectLinear(slow, (count) => JSON.stringify({ a: times(count, (at) => at) }), 20)).toThrow('steps');
  });
});

describe('steps of decoding 1 MB of base64 without the platform', () => {
  const MEGABYTE = 1_000_000;
  test.each([
    'AAAA',
    'A',
    'AA==',
    'A=',
    '=',
    '\n',
    'A\n',
    'AAA\n',
    '!',
    '€',
    ':',
    'd',
    'data:',
    'data:,',
    'data',
    ',',
    'datadata:x,A',
  ])('are one per character for %j again and again', (part) => {
    const text = part.repeat(MEGABYTE / part.length);
    const { charCodeAt } = String.prototype;
    let lookCount = 0;
    // By hand: a spy would remember a million calls.
    String.prototype.charCodeAt = function (this: string, at: number) {
      lookCount++;
      return charCodeAt.call(this, at);
    };
    try {
      decodeBase64(text);
    } finally {
      String.prototype.charCodeAt = charCodeAt;
    }
    expect(lookCount).toBeLessThanOrEqual(text.length + 8);
  });
});
