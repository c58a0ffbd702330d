// This file checks that shapes tell what fits from what does not, and name the place of each fault and never its content.
import { describe, expect, test } from 'vitest';
import { type Shape, faultsOf, readKnown } from './shape.ts';

const SHAPE = {
  name: 'string',
  'seq?': 'number | string',
  audio: { sampleRate: 'number', 'isMono?': 'boolean' },
  'times?': [['number', 'string']],
} as const satisfies Shape;

const good = { name: 'a', audio: { sampleRate: 16_000 } };

test.each([
  ['without what may be missing', good],
  ['with null for it', { ...good, seq: null, times: null }],
  [
    'with all of it',
    { name: '', seq: '7', audio: { sampleRate: 0, isMono: false }, times: [[1, 'a'], []].slice(0, 1) },
  ],
  ['with more than it asks for', { ...good, later: {}, audio: { ...good.audio, later: 1 }, times: [[1, 'a', {}]] }],
])('takes an object %s', (_name, value) => {
  expect(faultsOf(SHAPE, value)).toEqual([]);
});

test.each([
  [null, [], 'object', 'null'],
  ['SECRET', [], 'object', 'string'],
  [{ audio: good.audio }, ['name'], 'string', 'nothing'],
  [{ ...good, name: null }, ['name'], 'string', 'null'],
  [{ ...good, name: ['SECRET'] }, ['name'], 'string', 'array'],
  [{ ...good, seq: {} }, ['seq'], 'number | string', 'object'],
  [{ ...good, audio: undefined }, ['audio'], 'object', 'nothing'],
  [{ ...good, audio: { sampleRate: 'SECRET' } }, ['audio', 'sampleRate'], 'number', 'string'],
  [{ ...good, audio: { sampleRate: 1, isMono: 1 } }, ['audio', 'isMono'], 'boolean', 'number'],
  [{ ...good, times: {} }, ['times'], 'array', 'object'],
  [{ ...good, times: [[1, 'a'], 'SECRET'] }, ['times', 1], 'array', 'string'],
  [{ ...good, times: [[1]] }, ['times', 0, 1], 'string', 'nothing'],
  [{ ...good, times: [['1', '']] }, ['times', 0, 0], 'number', 'string'],
])('of %j names the fault at %j', (value, path, expected, received) => {
  expect(faultsOf(SHAPE, value)).toEqual([{ path, expected, received }]);
});

test('names every faulty field in the order of the shape, and of a list its first faulty item', () => {
  expect(faultsOf(SHAPE, { times: [[1, 'a'], ['a'], []] }).map(({ path }) => path)).toEqual([
    ['name'],
    ['audio'],
    ['times', 1, 0],
  ]);
});

test('gives 1 issue for a list of 100,000 faults', () => {
  expect(faultsOf(SHAPE, { ...good, times: new Array<unknown>(100_000).fill('SECRET') })).toHaveLength(1);
});

describe('readKnown', () => {
  const shapes = { note: { text: 'string' } } as const;

  test('gives the very object that it was given', () => {
    const object = { type: 'note', text: 'a', later: 1 };
    const result = readKnown(shapes, 'note', object);
    expect(result?.ok && result.message).toBe(object);
  });

  test.each([['constructor'], ['toString'], ['__proto__'], ['other'], [4], [undefined]])('knows no %s', (kind) => {
    expect(readKnown(shapes, kind, {})).toBeUndefined();
  });

  test('gives the faults of a kind that it knows', () => {
    const issues = [{ path: ['text'], expected: 'string', received: 'number' }];
    expect(readKnown(shapes, 'note', { text: 4 })).toEqual({ ok: false, issues });
  });
});

test('takes time linear in the size of the value: 10 times the items are 10 times the reads, not 100 times', () => {
  const readCountOf = (itemCount: number): number => {
    let readCount = 0;
    const counted = <Container extends object>(container: Container): Container =>
      new Proxy(container, {
        get(target, key) {
          readCount++;
          return Reflect.get(target, key) as unknown;
        },
      });
    const times = counted(Array.from({ length: itemCount }, (_, index) => counted([index, 'a'])));
    expect(faultsOf(SHAPE, counted({ ...good, times }))).toEqual([]);
    return readCount;
  };
  const few = readCountOf(1000);
  expect(few).toBeGreaterThan(1000);
  expect(readCountOf(10_000) / few).toBeCloseTo(10, 1);
});
