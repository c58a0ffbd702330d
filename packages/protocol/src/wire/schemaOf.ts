// This file makes valibot schemas of shapes, and their types. Whoever does not import a schema does not load this.
import * as v from 'valibot';
import type { ListShape, MessageIn, MessageShapes, ObjectShape, Shape, ValueIn } from './shape.ts';

/** Schemas of messages by their kind. */
export type MessageSchemas<Shapes extends MessageShapes> = {
  readonly [Kind in keyof Shapes & string]: v.GenericSchema<MessageIn<'type', Kind, Shapes[Kind]>>;
};

/** Makes the schema of a shape. */
// @__NO_SIDE_EFFECTS__
export function schemaOf<const Given extends Shape>(shape: Given): v.GenericSchema<ValueIn<Given>> {
  // The compiler cannot follow this far; schemaOf.test.ts does.
  return anySchemaOf(shape) as v.GenericSchema<ValueIn<Given>>;
}

/** Makes the schema of a message, whose `field` holds its `kind`. */
// @__NO_SIDE_EFFECTS__
export function messageSchema<const Kind extends string, const Given extends ObjectShape, Field extends string>(
  field: Field,
  kind: Kind,
  shape: Given,
): v.GenericSchema<MessageIn<Field, Kind, Given>> {
  const schema = v.looseObject({ [field]: v.literal(kind), ...entriesOf(shape) });
  return schema as unknown as v.GenericSchema<MessageIn<Field, Kind, Given>>;
}

/** Makes the schemas of messages, whose `type` holds their kind. */
// @__NO_SIDE_EFFECTS__
export function messageSchemas<const Shapes extends MessageShapes>(shapes: Shapes): MessageSchemas<Shapes> {
  const schemas = Object.entries(shapes).map(([kind, shape]) => [kind, messageSchema('type', kind, shape)]);
  return Object.fromEntries(schemas) as MessageSchemas<Shapes>;
}

function anySchemaOf(shape: Shape): v.GenericSchema {
  switch (shape) {
    case 'string':
      return v.string();
    case 'number':
      return v.number();
    case 'boolean':
      return v.boolean();
    case 'number | string':
      return v.union([v.number(), v.string()]);
    default:
      return isList(shape) ? listSchemaOf(shape) : v.looseObject(entriesOf(shape));
  }
}

function listSchemaOf([first, second]: ListShape): v.GenericSchema {
  return second === undefined ? v.array(anySchemaOf(first)) : v.tuple([anySchemaOf(first), anySchemaOf(second)]);
}

function entriesOf(shape: ObjectShape): Record<string, v.GenericSchema> {
  const entries = Object.entries(shape).map(([key, fieldShape]) => {
    const schema = anySchemaOf(fieldShape);
    return key.endsWith('?') ? [key.slice(0, -1), v.nullish(schema)] : [key, schema];
  });
  return Object.fromEntries(entries) as Record<string, v.GenericSchema>;
}

function isList(shape: ListShape | ObjectShape): shape is ListShape {
  return Array.isArray(shape);
}
