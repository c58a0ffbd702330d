// This file holds the valibot schemas of what Amigo's server sends, by `type`. What they mean is in messages.ts.
import { messageSchemas } from '../wire/schemaOf.ts';
import { SERVER_SHAPES } from './messages.ts';

export const SERVER_SCHEMAS = messageSchemas(SERVER_SHAPES);
