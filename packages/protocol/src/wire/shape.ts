// This file checks JSON against shapes: what the messages of a server look like, written down as data.
//
// A shape is all that a page carries of a message: no library, and a tenth of its size. Types and valibot schemas are made of
// the same shapes in schemaOf.ts, and cannot differ from them. docs/decisions/0001.
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { describeValue, issuesBelow } from './issues.ts';
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

/** What is wrong with `value`, which JSON gave: NaN and the like are not looked for. Linear in its size. */
export function faultsOf(shape: Shape | TextRule | TextRules, value: unknown): ParseIssue[] {
  if (typeof shape === 'string') return shape.includes(typeof value) ? [] : unlike(shape, value);
  if (isRule(shape)) return typeof value === 'string' && shape[0].test(value) ? [] : unlike(shape[1], value);
  if (isList(shape)) {
    if (!Array.isArray(value)) return unlike('array', value);
    const items: readonly unknown[] = shape.length > 1 ? shape : value;
    return items.flatMap((_, index) => faultsBelow(index, shape[index] ?? shape[0], value[index]));
  }
  if (typeof value !== 'object' || value === null) return unlike('object', value);
  return Object.entries<Shape | TextRule>(shape).flatMap(([key, fieldShape]) => {
    const name = key.replace('?', '');
    const field = (value as JsonObject)[name];
    const isMissing = field === undefined || (field === null && !isRule(fieldShape));
    return isMissing && name !== key ? [] : faultsBelow(name, fieldShape, field);
  });
}

/** Checks `object` against the shape of its kind. `undefined` where it has none in `shapes`. */
export function readKnown<Message>(
  shapes: MessageShapes,
  kind: unknown,
  object: JsonObject,
): ParseResult<Message> | undefined {
  // An own key only: a message of type `constructor` or `toString` is merely unknown.
  const shape = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (shape === undefined) return undefined;
  const issues = faultsOf(shape, object);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, message: object as Message };
}

function faultsBelow(key: string | number, shape: Shape | TextRule, value: unknown): ParseIssue[] {
  return issuesBelow(key, faultsOf(shape, value));
}

function unlike(expected: string, value: unknown): ParseIssue[] {
  return [{ path: [], expected, received: describeValue(value) }];
}

function isRule(shape: Shape | TextRule | TextRules): shape is TextRule {
  return Array.isArray(shape) && shape[0] instanceof RegExp;
}

function isList(shape: ListShape | ObjectShape | TextRules): shape is ListShape {
  return Array.isArray(shape);
}
