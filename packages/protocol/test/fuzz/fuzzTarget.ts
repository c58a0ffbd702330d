// This file defines what is fuzzed: something that takes untrusted input, and says what is wrong with what it made of it.
import fc from 'fast-check';
import { faultOfResult, plantCanary } from '../calmResult.ts';
import { hostileInputs } from '../hostileInputs.ts';
import type { ParseResult } from '../../src/neutral/parseResult.ts';

/** What becomes of one input. A throw is a fault as well. */
export type Outcome = 'taken' | 'unknown' | 'refused' | { readonly fault: string };

/** One parser, or one thing with parsers in it. */
export interface FuzzTarget {
  readonly name: string;
  readonly inputs: fc.Arbitrary<string | Uint8Array>;
  readonly check: (input: string | Uint8Array) => Outcome;
}

type Wire = string | Uint8Array;

interface Codec<Message> {
  readonly parse: (wire: Wire) => ParseResult<Message>;
  readonly encode: (message: Message) => Wire;
  readonly messages: fc.Arbitrary<Message>;
}

/** One half of a codec: what it takes must survive being written and read again. */
export function codecTarget<Message>(name: string, { parse, encode, messages }: Codec<Message>): FuzzTarget {
  const validText = messages.map(encode).map((wire) => (typeof wire === 'string' ? wire : '{"type":"x"}'));
  return {
    name,
    inputs: withCanary(validText),
    check(input) {
      const outcome = outcomeOf(parse(input));
      if (outcome === 'refused' || typeof outcome === 'object') return outcome;
      const first = parse(input);
      if (!first.ok) return { fault: 'two readings of one input differ' };
      const written = encode(first.message);
      const second = parse(written);
      if (!second.ok) return { fault: `what was taken is refused when written: ${JSON.stringify(second.issues)}` };
      // The text of the text: equal messages are written alike.
      return textOf(encode(second.message)) === textOf(written)
        ? outcome
        : { fault: 'another message when read again' };
    },
  };
}

/** A reader of whole texts, such as the body of an HTTP answer. `samples` are texts that it takes. */
export function readerTarget(
  name: string,
  samples: readonly string[],
  read: (text: string) => ParseResult<unknown>,
): FuzzTarget {
  return {
    name,
    inputs: withCanary(fc.constantFrom(...samples)),
    check: (input) => outcomeOf(read(typeof input === 'string' ? input : latin1Of(input))),
  };
}

/** Reads a parse result. */
export function outcomeOf(result: ParseResult<unknown>): Outcome {
  const fault = faultOfResult(result);
  if (fault !== undefined) return { fault };
  if (!result.ok) return 'refused';
  const { type } = result.message as { readonly type?: unknown };
  return type === 'unknown' ? 'unknown' : 'taken';
}

/** The bytes as characters of the same value: binary input for readers of text. */
export function latin1Of(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function withCanary(validText: fc.Arbitrary<string>): fc.Arbitrary<Wire> {
  return fc
    .tuple(hostileInputs(validText), fc.boolean())
    .map(([input, isPlanted]) => (isPlanted && typeof input === 'string' ? plantCanary(input) : input));
}

function textOf(wire: Wire): string {
  return typeof wire === 'string' ? wire : latin1Of(wire);
}
