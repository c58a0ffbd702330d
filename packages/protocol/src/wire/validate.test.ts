// This file checks how schema faults are worded: by place and type, never by content.
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { validate } from './validate.ts';

const Schema = v.looseObject({
  name: v.pipe(v.string(), v.regex(/^[a-z]+$/, 'lower-case letters')),
  audio: v.object({ sampleRate: v.number() }),
  tags: v.optional(v.array(v.string())),
});

const issuesOf = (value: unknown) => {
  const result = validate(Schema, value);
  return result.ok ? [] : result.issues;
};

test('gives the value, with fields it does not know', () => {
  const value = { name: 'a', audio: { sampleRate: 16_000 }, later: true };
  expect(validate(Schema, value)).toEqual({ ok: true, message: value });
});

test('names a missing field by the type that belongs there, at any depth', () => {
  expect(issuesOf({ audio: {} })).toEqual([
    { path: ['name'], expected: 'string', received: 'nothing' },
    { path: ['audio', 'sampleRate'], expected: 'number', received: 'nothing' },
  ]);
  expect(issuesOf({ name: 'a' })).toEqual([{ path: ['audio'], expected: 'Object', received: 'nothing' }]);
});

test('words an action with its own message, and shows no content', () => {
  expect(issuesOf({ name: 'SECRET', audio: { sampleRate: 'SECRET' }, tags: [4] })).toEqual([
    { path: ['name'], expected: 'lower-case letters', received: 'string' },
    { path: ['audio', 'sampleRate'], expected: 'number', received: 'string' },
    { path: ['tags', 0], expected: 'string', received: 'number' },
  ]);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['', 'an empty string'],
  [[], 'array'],
])('says of %j that it received %s', (value, received) => {
  expect(issuesOf({ name: 'a', audio: { sampleRate: value } })).toEqual([
    { path: ['audio', 'sampleRate'], expected: 'number', received },
  ]);
});

test('turns a getter that throws into an issue without its message', () => {
  const trap = {
    get name(): string {
      throw new Error('SECRET');
    },
  };
  expect(issuesOf(trap)).toEqual([{ path: [], expected: 'readable properties', received: 'one that throws' }]);
});

test('tells of 100 faults where there are 1,000', () => {
  const times = new Array<unknown>(1000).fill(null);
  expect(validate(v.array(v.string()), times)).toMatchObject({ ok: false, issues: { length: 100 } });
});
