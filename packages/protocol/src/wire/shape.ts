// This file checks JSON against shapes: what the messages of a server look like, written down as data.
//
// A shape is all that a page carries of a message: no library, and a tenth of its size. Types and valibot schemas are made of
// the same shapes in schemaOf.ts, and cannot differ from them. docs/decisions/0001.
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { failUnlike, issuesBelow } from './issues.ts';
import type { JsonObject } from './parseJsonObject.ts';

/** What a value may be. One shape in a list is that of all its items; two are those of a pair. */
export type Shape = 'string' | 'number' | 'boolean' | 'number | string' | ListShape | ObjectShape;

/** Shape of a list, or of a pair. */
export type ListShape = readonly [Shape] | readonly [Shape, Shape];

/** Shapes of an object's fields. A name that ends in `?` may hold `null` or be missing; other fields may hold anything. */
export interface ObjectShape {
  readonly [name: string]: Shape;
}

/** Messages by their kind, which is the value of one of their fields and not part of the shape. */
export type MessageShapes = Readonly<Record<string, ObjectShape>>;

/** What has this shape. */
export type ValueIn<Given> = Given extends 'string'
  ? string
  : Given extends 'number'
    ? number
    : Given extends 'boolean'
      ? boolean
      : Given extends 'number | string'
        ? number | string
        : Given extends readonly [infer First, infer Second]
          ? [ValueIn<First>, ValueIn<Second>]
          : Given extends readonly [infer Each]
            ? ValueIn<Each>[]
            : FieldsIn<Given> & { [name: string]: unknown };

type FieldsIn<Given> = {
  [Key in keyof Given as Key extends `${string}?` ? never : Key]: ValueIn<Given[Key]>;
} & {
  [Key in keyof Given as Key extends `${infer Name}?` ? Name : never]?: ValueIn<Given[Key]> | null | undefined;
};

/** A message of this shape, whose `Field` holds its kind. */
export type MessageIn<Field extends string, Kind extends string, Given> = Record<Field, Kind> & ValueIn<Given>;

/** What a text has to be besides: what fits a pattern, which is described in words. For options and credentials. */
export type TextRule = readonly [pattern: RegExp, expected: string];

/** Rules by name; a name that ends in `?` may be missing, and is `null` only in JSON. */
export type TextRules = Readonly<Record<string, TextRule>>;

/**
 * What is wrong with `value`, which JSON gave. Linear in its size. Of a list, only the first faulty item is told: a message
 * of a million faults must not become a million issues.
 */
export function faultsOf(shape: Shape | TextRule | TextRules, value: unknown): readonly ParseIssue[] {
  if (typeof shape === 'string') return shape.includes(typeof value) ? [] : failUnlike(shape, value).issues;
  if (isRule(shape)) return typeof value === 'string' && shape[0].test(value) ? [] : failUnlike(shape[1], value).issues;
  if (isList(shape)) {
    if (!Array.isArray(value)) return failUnlike('array', value).issues;
    const items: readonly unknown[] = shape.length > 1 ? shape : value;
    for (const index of items.keys()) {
      const faults = issuesBelow(index, faultsOf(shape[index] ?? shape[0], value[index]));
      if (faults.length > 0) return faults;
    }
    return [];
  }
  if (typeof value !== 'object' || value === null) return failUnlike('object', value).issues;
  return Object.entries<Shape | TextRule>(shape).flatMap(([key, fieldShape]) => {
    const name = key.replace('?', '');
    const field = (value as JsonObject)[name];
    const isMissing = field === undefined || (field === null && !isRule(fieldShape));
    return isMissing && name !== key ? [] : issuesBelow(name, faultsOf(fieldShape, field));
  });
}

/** Checks `object` against the shape of its kind. `undefined` where it has none in `shapes`. */
export function readKnown<Message>(
  shapes: MessageShapes,
  kind: unknown,
  object: JsonObject,
): ParseResult<Message> | undefined {
  // An own key only: a message of type `constructor` or `toString` is merely unknown.
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return undefined;
  return resultOf(faultsOf(shapes[kind] ?? {}, object), object as Message);
}

/** What parsing ends in: `message`, unless there are `issues`. */
export function resultOf<Message>(issues: readonly ParseIssue[], message: Message): ParseResult<Message> {
  return issues.length > 0 ? { ok: false, issues } : { ok: true, message };
}

function isRule(shape: Shape | TextRule | TextRules): shape is TextRule {
  return Array.isArray(shape) && shape[0] instanceof RegExp;
}

function isList(shape: ListShape | ObjectShape | TextRules): shape is ListShape {
  return Array.isArray(shape);
}
