// This file checks that shapes and the schemas made of them take the same messages, for every message of every vendor.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { ParseIssue } from '../neutral/parseResult.ts';
import { EVENT_SHAPES } from '../amigo-notes/messages.ts';
import { SERVER_SHAPES as AMIGO_SHAPES } from '../amigo/messages.ts';
import { CONTROL_SHAPES, STEP_SHAPES } from '../soca/messages.ts';
import { SERVER_SHAPES as VOICE_API_SHAPES } from '../voice-api/messages.ts';
import { messageSchema, messageSchemas, schemaOf } from './schemaOf.ts';
import { type MessageShapes, type ObjectShape, type Shape, faultsOf } from './shape.ts';
import { validate } from './validate.ts';

const TABLES: Readonly<Record<string, MessageShapes>> = {
  amigo: AMIGO_SHAPES,
  'amigo-notes': EVENT_SHAPES,
  'soca control': CONTROL_SHAPES,
  'soca steps': STEP_SHAPES,
  'voice-api': VOICE_API_SHAPES,
};

/** Anything that JSON gives, empty containers often. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, '', 0, true, [], {}, [[]], [{}], [[1, 'a']], [['a', 1]], [1, 'a'], { type: 4 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Values that mostly fit a shape, and in some place mostly do not. */
function nearly(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fitting(shape) }, { weight: 1, arbitrary: junk });
}

function fitting(shape: Shape): fc.Arbitrary<unknown> {
  if (shape === 'string') return fc.string();
  if (shape === 'number') return fc.integer();
  if (shape === 'boolean') return fc.boolean();
  if (shape === 'number | string') return fc.oneof(fc.integer(), fc.string());
  if (isList(shape)) {
    const [first, second] = shape as readonly [Shape, Shape?];
    return second === undefined ? fc.array(nearly(first), { maxLength: 3 }) : fc.tuple(nearly(first), nearly(second));
  }
  const fields = Object.entries(shape).map(([key, field]) => [key.replace('?', ''), nearly(field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [], noNullPrototype: true });
}

const isList = (shape: Shape): shape is Exclude<Shape, string | ObjectShape> => Array.isArray(shape);

/** A shape names the faults of the first faulty item of a list; a schema those of all. */
const isInFirstFaultyItem = (path: ParseIssue['path'], _index: number, all: readonly ParseIssue['path'][]): boolean =>
  path.every((key, depth) => {
    if (typeof key !== 'number') return true;
    const inSameList = all.filter((other) => path.slice(0, depth).every((before, level) => other[level] === before));
    return inSameList[0]?.[depth] === key;
  });

const RUN_COUNT = 400;

describe.each(Object.entries(TABLES))('%s', (_vendor, shapes) => {
  test.each(Object.entries(shapes))('shape and schema of %s find the same faults', (kind, shape) => {
    const schema = messageSchema('kind', kind, shape);
    let goodCount = 0;
    fc.assert(
      fc.property(nearly(shape), (value) => {
        const message = typeof value === 'object' && value !== null ? Object.assign(value, { kind }) : value;
        const faults = faultsOf(shape, message);
        const judged = validate(schema, message);
        const judgedPaths = judged.ok ? [] : judged.issues.map(({ path }) => path);
        expect(judgedPaths.filter(isInFirstFaultyItem)).toEqual(faults.map(({ path }) => path));
        if (judged.ok) goodCount++;
      }),
      { numRuns: RUN_COUNT },
    );
    expect(goodCount).toBeGreaterThan(RUN_COUNT / 20);
    expect(goodCount).toBeLessThan(RUN_COUNT);
  });
});

test('makes schemas that are valibot’s own, with kind and entries', () => {
  const schema = messageSchema('stepType', 'sentence', STEP_SHAPES.sentence);
  expect(schema).toMatchObject({ kind: 'schema', type: 'loose_object', '~standard': { vendor: 'valibot' } });
  const entries = { stepType: { type: 'literal' }, seq: { type: 'nullish' }, chunkIndex: { type: 'number' } };
  expect(schema).toMatchObject({ entries });
  expect(v.safeParse(v.union([schema, v.string()]), { stepType: 'final_answer' }).success).toBe(false);
  expect(Object.keys(messageSchemas(VOICE_API_SHAPES))).toEqual(Object.keys(VOICE_API_SHAPES));
});

test('types say what the schemas check', () => {
  const schema = messageSchema('type', 'note', { id: 'number | string', 'times?': [['number', 'string']] });
  type Note = v.InferOutput<typeof schema>;
  expectTypeOf<Note['type']>().toEqualTypeOf<'note'>();
  expectTypeOf<Note['id']>().toEqualTypeOf<number | string>();
  expectTypeOf<Note['times']>().toEqualTypeOf<[number, string][] | null | undefined>();
  expectTypeOf<Note['later']>().toEqualTypeOf<unknown>();
  const list = schemaOf(['boolean']);
  expectTypeOf<v.InferOutput<typeof list>>().toEqualTypeOf<boolean[]>();
});
