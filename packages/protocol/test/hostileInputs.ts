// This file generates what a broken or hostile peer might put on a socket.
import fc from 'fast-check';

/** Keys with which an object reaches into prototypes when it is copied carelessly. */
const PROTOTYPE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
] as const;

/** UTF-16 units of any value: lone surrogates, controls, everything. */
export const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

const anyBytes = fc.uint8Array({ maxLength: 2000 });

const prototypeKey = fc.constantFrom(...PROTOTYPE_KEYS);

/** JSON text of an object in which prototype keys turn up among ordinary ones, at several levels. */
const poisonedObject: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.json({ maxDepth: 1 }),
    fc
      .array(fc.tuple(fc.oneof(prototypeKey, fc.constantFrom('type', 'token', 'reason', 'code')), tie('node')), {
        maxLength: 4,
      })
      .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
  ),
})).node;

/** Nested far deeper than any recursion survives, closed or not. */
const nested: fc.Arbitrary<string> = fc
  .record({
    depth: fc.constantFrom(3, 63, 64, 65, 1000, 20_000),
    open: fc.constantFrom('[', '{"a":'),
    isClosed: fc.boolean(),
  })
  .map(({ depth, open, isClosed }) => {
    const close = open === '[' ? ']' : '}';
    return `{"type":"x","a":${open.repeat(depth)}1${isClosed ? close.repeat(depth) : ''}}`;
  });

/** Hostile relatives of valid text messages: cut, with foreign fields, with every key twice, with one unit changed. */
function mutations(validText: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cut = fc.tuple(validText, fc.nat({ max: 400 })).map(([text, end]) => text.slice(0, end));
  const changed = fc
    .tuple(validText, fc.nat({ max: 400 }), fc.integer({ min: 0, max: 0xffff }))
    .map(([text, at, unit]) => text.slice(0, at) + String.fromCharCode(unit) + text.slice(at + 1));
  const doubled = fc
    .tuple(validText, fc.json({ maxDepth: 1 }))
    .map(([text, value]) => text.replaceAll(/("\w+"):/g, `$1:${value.replaceAll('$', '$$$$')},$1:`));
  const retyped = fc
    .tuple(validText, fc.json({ maxDepth: 2 }))
    .map(([text, value]) => text.replace(/:("(?:[^"\\]|\\.)*")\}$/, () => `:${value}}`));
  return fc.oneof(cut, changed, doubled, retyped);
}

/**
 * Anything that might arrive: arbitrary bytes and text, JSON of every shape, poisoned and over-deep objects, and hostile
 * relatives of `validText`.
 */
export function hostileInputs(validText: fc.Arbitrary<string>): fc.Arbitrary<string | Uint8Array> {
  return fc.oneof(
    { weight: 3, arbitrary: mutations(validText) },
    { weight: 2, arbitrary: poisonedObject },
    { weight: 1, arbitrary: nested },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyBytes },
    { weight: 1, arbitrary: validText },
  );
}
