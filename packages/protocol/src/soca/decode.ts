// This file reads Soca's wire: messages of either side, and nothing about when they are allowed.
import type { ParseResult } from '../neutral/parseResult.ts';
import type { JsonObject } from '../wire/parseJsonObject.ts';
import { readUnknown, readWire } from '../wire/readWire.ts';
import { readKnown } from '../wire/shape.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS } from './constants.ts';
import { CLIENT_SCHEMAS, TokenStartSchema } from './clientMessages.ts';
import {
  CONTROL_SHAPES,
  STEP_SHAPES,
  type AudioMessage,
  type ClientMessage,
  type FinalAnswer,
  type Sentence,
  type ServerMessage,
} from './messages.ts';

/**
 * Reads one message from the server. Text is JSON with a `type` or a `stepType`; where it has both, a kind this version knows
 * wins, and of two known ones the `type`. A kind it does not know gives `unknown`; a known one with wrong fields gives
 * issues. Never throws.
 */
export function parseServerMessage(wire: string | Uint8Array): ParseResult<ServerMessage> {
  return readWire<ServerMessage>(wire, LIMITS.maxInboundMessageBytes, { text: parseServerObject, binary: toAudio });
}

/**
 * Reads one message from a client, for servers and relays. A `start` that has a `token` and no `private_key` gives
 * `tokenStart`; binary gives `audio` of any length. Never throws.
 */
export function parseClientMessage(wire: string | Uint8Array): ParseResult<ClientMessage> {
  return readWire<ClientMessage>(wire, LIMITS.maxInboundMessageBytes, { text: parseClientObject, binary: toAudio });
}

/**
 * The number of the reply that a message names: an integer, or a string of digits. `undefined` where it names none. 0 is a
 * number like any other.
 */
export function readSeq(seq: number | string | null | undefined): number | undefined {
  // 15 digits stay exact.
  return /^-?\d{1,15}$/.test(`${seq}`) ? Number(seq) : undefined;
}

function parseServerObject(object: JsonObject): ParseResult<ServerMessage> {
  const { type, stepType } = object;
  const control = readKnown<ServerMessage>(CONTROL_SHAPES, type, object);
  if (control) return control;
  const step = readKnown<Sentence | FinalAnswer>(STEP_SHAPES, stepType, object);
  if (step?.ok) return { ok: true, message: { type: stepType, step: step.message } as ServerMessage };
  return step ?? readUnknown(object, typeof type === 'string' ? type : stepType);
}

function parseClientObject(object: JsonObject): ParseResult<ClientMessage> {
  const { type } = object;
  if (type === 'start' && Object.hasOwn(object, 'token') && !Object.hasOwn(object, 'private_key')) {
    const result = validate(TokenStartSchema, object);
    return result.ok ? { ok: true, message: { ...result.message, type: 'tokenStart' } } : result;
  }
  if (isKeyOf(CLIENT_SCHEMAS, type)) return validate<ClientMessage>(CLIENT_SCHEMAS[type], object);
  return readUnknown(object);
}

function toAudio(bytes: Uint8Array): ParseResult<AudioMessage> {
  return { ok: true, message: { type: 'audio', bytes } };
}

// An own key only: a message of type `constructor` or `toString` is merely unknown.
function isKeyOf<Table extends object>(table: Table, key: unknown): key is keyof Table {
  return typeof key === 'string' && Object.hasOwn(table, key);
}
