// This file reads requests, for servers: queries and bodies as they come over HTTP.
import type { ParseResult } from '../neutral/parseResult.ts';
import { failWith } from '../wire/issues.ts';
import { type JsonObject, parseJsonObject } from '../wire/parseJsonObject.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS } from './constants.ts';
import {
  CreateBodySchema,
  CreateQuerySchema,
  InteractQuerySchema,
  ListQuerySchema,
  type CreateBody,
  type CreateQuery,
  type InteractQuery,
  type ListQuery,
} from './requestMessages.ts';

/** Names and values of a query, decoded, in order, as `URLSearchParams` gives them. */
export type QueryPairs = Iterable<readonly [name: string, value: string]>;

/** Parameters of a query that are JSON text. */
const JSON_PARAMETERS = new Set(['request_audio_config', 'response_audio_format']);
const LIST_PARAMETERS = new Set(['service_id', 'user_id', 'id', 'sort_by', 'tag']);
const NUMBER_PARAMETERS = new Set(['limit', 'continuation_token']);

/** Reads the query of an `interact` call. Parameters of other names are left out. Never throws. */
export function parseInteractQuery(query: QueryPairs): ParseResult<InteractQuery> {
  const fields: JsonObject = {};
  for (const [name, value] of query) {
    if (!Object.hasOwn(InteractQuerySchema.entries, name)) continue;
    if (!JSON_PARAMETERS.has(name)) {
      fields[name] = value;
      continue;
    }
    const parsed = parseJsonObject(value, LIMITS.maxAnswerBytes);
    if (!parsed.ok)
      return { ok: false, issues: parsed.issues.map((issue) => ({ ...issue, path: [name, ...issue.path] })) };
    fields[name] = parsed.message;
  }
  const result = validate(InteractQuerySchema, fields);
  if (result.ok && result.message.request_format === 'voice' && result.message.request_audio_config === undefined) {
    return failWith('what the file is', 'nothing', ['request_audio_config']);
  }
  return result;
}

/** Reads the query of the call that makes a conversation. Never throws. */
export function parseCreateQuery(query: QueryPairs): ParseResult<CreateQuery> {
  return validate(CreateQuerySchema, knownFields(query, CreateQuerySchema.entries));
}

/** Reads the query of the list of conversations, in which lists are repeated names. Never throws. */
export function parseListQuery(query: QueryPairs): ParseResult<ListQuery> {
  const fields: JsonObject = {};
  for (const [name, value] of query) {
    if (!Object.hasOwn(ListQuerySchema.entries, name)) continue;
    if (LIST_PARAMETERS.has(name)) fields[name] = [...((fields[name] as string[] | undefined) ?? []), value];
    else if (NUMBER_PARAMETERS.has(name)) fields[name] = /^\d{1,15}$/.test(value) ? Number(value) : value;
    else fields[name] = value === 'true' ? true : value === 'false' ? false : value;
  }
  return validate(ListQuerySchema, fields);
}

/** Reads the body of the call that makes a conversation. Never throws. */
export function parseCreateBody(bodyText: string): ParseResult<CreateBody> {
  const parsed = parseJsonObject(bodyText, LIMITS.maxAnswerBytes);
  if (!parsed.ok) return parsed;
  const result = validate(CreateBodySchema, parsed.message);
  if (result.ok && result.message.initial_message_type && !result.message.initial_message) {
    return failWith('a message of this type', 'nothing', ['initial_message']);
  }
  return result;
}

function knownFields(query: QueryPairs, known: object): JsonObject {
  return Object.fromEntries([...query].filter(([name]) => Object.hasOwn(known, name)));
}
