// This file specifies a vendor's codec: golden messages, round trips of both halves, and calm in the face of anything.
import fc from 'fast-check';
import { expect } from 'vitest';
import { faultOfResult, plantCanary } from '../../test/calmResult.ts';
import { hostileInputs } from '../../test/hostileInputs.ts';
import { type ContractCase, describeContract } from '../neutral/contract/contractCase.contract.ts';
import type { ParseResult } from '../neutral/parseResult.ts';

type Wire = string | Uint8Array;

/** One half of a codec: what one side of the connection says. */
export interface CodecHalf<Message> {
  readonly parse: (data: Wire) => ParseResult<Message>;
  readonly encode: (message: Message) => Wire;
  /** Every message of this half, with every optional field there and not there. */
  readonly messages: fc.Arbitrary<Message>;
  /** Messages as the vendor's pages show them, with what they mean. */
  readonly golden: readonly { readonly name: string; readonly wire: Wire; readonly message: Message }[];
  /** Messages of a known type with a fault, and where the fault is. */
  readonly faulty: readonly {
    readonly name: string;
    readonly wire: Wire;
    readonly path: readonly (string | number)[];
  }[];
}

/** Fuzzed inputs per half. */
const FUZZ_COUNT = 20_000;
const ROUND_TRIP_COUNT = 2000;
/** Throws unless `result` is a parse result whose issues are short and hold no canary. */
export function expectCalmResult(result: ParseResult<unknown>): void {
  expect(faultOfResult(result)).toBeUndefined();
}

/** Throws unless nobody has reached a prototype. */
export function expectCleanPrototypes(): void {
  const probe: Record<string, unknown> = {};
  expect(probe['polluted']).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
}

/** A codec half without its message type, so that halves of all types share the cases. */
type AnyHalf = CodecHalf<unknown>;

/** The promises of one half of a codec. */
export const CODEC_CASES: readonly ContractCase<AnyHalf>[] = [
  {
    name: 'reads every message of the vendor pages as it is meant',
    check({ golden, parse }) {
      expect(golden.length).toBeGreaterThan(0);
      for (const { name, wire, message } of golden) expect(parse(wire), name).toEqual({ ok: true, message });
    },
  },
  {
    name: 'writes what it reads: golden wire → message → wire',
    check({ golden, parse, encode }) {
      for (const { name, wire } of golden) {
        const parsed = parse(wire);
        // The order of keys means nothing.
        expect(parsed.ok && readJson(encode(parsed.message)), name).toEqual(readJson(wire));
      }
    },
  },
  {
    name: `reads what it writes: ${ROUND_TRIP_COUNT} random messages survive encode and parse`,
    check({ messages, parse, encode }) {
      const property = fc.property(messages, (message) => {
        expect(parse(encode(message))).toEqual({ ok: true, message });
      });
      fc.assert(property, { numRuns: ROUND_TRIP_COUNT });
    },
  },
  {
    name: 'refuses a known message with a fault, and names the place',
    check({ faulty, parse }) {
      for (const { name, wire, path } of faulty) {
        const result = parse(wire);
        expect(result.ok, name).toBe(false);
        expect(!result.ok && result.issues.map((issue) => issue.path), name).toContainEqual(path);
        expectCalmResult(result);
      }
    },
  },
  {
    name: `never throws and never quotes: ${FUZZ_COUNT} hostile inputs`,
    check({ messages, parse, encode }) {
      const validText = messages.map(encode).map((wire) => (typeof wire === 'string' ? wire : '{"type":"connected"}'));
      const property = fc.property(hostileInputs(validText), fc.boolean(), (input, isPlanted) => {
        expectCalmResult(parse(isPlanted && typeof input === 'string' ? plantCanary(input) : input));
      });
      fc.assert(property, { numRuns: FUZZ_COUNT });
      expectCleanPrototypes();
    },
  },
  {
    name: 'keeps fields and types that it does not know, without their prototype keys',
    check({ parse }) {
      const wire =
        '{"type":"x-new","__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}},"b":[1]}}';
      const raw = { type: 'x-new', a: { b: [1] } };
      expect(parse(wire)).toEqual({ ok: true, message: { type: 'unknown', messageType: 'x-new', raw } });
      expectCleanPrototypes();
    },
  },
  {
    name: 'takes names of Object.prototype as unknown types',
    check({ parse }) {
      for (const messageType of ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
        const raw = { type: messageType };
        const message = { type: 'unknown', messageType, raw };
        expect(parse(JSON.stringify(raw)), messageType).toEqual({ ok: true, message });
      }
    },
  },
  {
    name: 'refuses nesting deeper than 64 levels, so that what it gives can be serialized',
    check({ parse }) {
      const nestedText = (depth: number): string => `{"type":"x-new","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      expect(parse(nestedText(60)).ok).toBe(true);
      expect(parse(nestedText(100)).ok).toBe(false);
      expect(parse(nestedText(400_000)).ok).toBe(false);
    },
  },
  {
    // No clock here: quadratic time on a million characters would take minutes and end in the test's own timeout.
    name: 'reads 1 MB texts of every awkward shape within the time of a test',
    check({ parse }) {
      const oneMegabyte = 1_000_000;
      const shapes = [
        '"',
        '\\',
        '[',
        '{"a":',
        '{"a":1},',
        '"token":"',
        ' ',
        'a',
        '\ud83d',
        '{"__proto__":',
        '"type":"connected",',
      ];
      for (const shape of shapes) {
        const filler = shape.repeat(Math.ceil(oneMegabyte / shape.length));
        expectCalmResult(parse(filler));
        expectCalmResult(parse(`{"type":"x-new","a":[${filler}`));
        expectCalmResult(parse(JSON.stringify({ type: 'x-new', filler })));
        expectCalmResult(parse(JSON.stringify({ type: filler })));
      }
      const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, [index]]));
      expect(parse(JSON.stringify({ type: 'x-new', ...wide })).ok).toBe(true);
    },
  },
  {
    name: 'gives issues for what no socket should deliver',
    check({ parse }) {
      const strangers: unknown[] = [
        undefined,
        null,
        1,
        {},
        [],
        new ArrayBuffer(4),
        new Int16Array(2),
        Symbol('x'),
        () => 1,
      ];
      // The types forbid all of these; a socket in the wrong binaryType, or plain JavaScript, does not.
      for (const stranger of strangers) expect(parse(stranger as Wire).ok).toBe(false);
    },
  },
];

/** Runs the contract for one half of a vendor's codec. */
export function describeCodec<Message>(title: string, half: CodecHalf<Message>): void {
  describeContract(title, CODEC_CASES, half as AnyHalf);
}

function readJson(wire: Wire): unknown {
  return typeof wire === 'string' ? JSON.parse(wire) : wire;
}
