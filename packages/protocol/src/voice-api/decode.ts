// This file reads the Voice API's wire: messages of either side, and nothing about when they are allowed.
import type { ParseResult } from '../neutral/parseResult.ts';
import type { JsonObject } from '../wire/parseJsonObject.ts';
import { readUnknown, readWire } from '../wire/readWire.ts';
import { readKnown } from '../wire/shape.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS } from './constants.ts';
import { SERVER_SHAPES, type AudioMessage, type ClientMessage, type ServerMessage } from './messages.ts';
import { AuthSchema } from './schemas.ts';

/**
 * Reads one message from the server. Text is JSON with a `type`; binary is agent audio, passed on as it is. A type this
 * version does not know gives `unknown`; a known type with wrong fields gives issues. Never throws.
 */
export function parseServerMessage(data: string | Uint8Array): ParseResult<ServerMessage> {
  return parseMessage(data, parseServerObject);
}

/**
 * Reads one message from a client, for servers. An object with a `token` gives `auth`, whether it may come now or not;
 * an object with only a `type` gives `unknown`; binary gives `audio` of any length. Never throws.
 */
export function parseClientMessage(data: string | Uint8Array): ParseResult<ClientMessage> {
  return parseMessage(data, parseClientObject);
}

function parseMessage<Message>(
  wire: string | Uint8Array,
  text: (object: JsonObject) => ParseResult<Message>,
): ParseResult<Message | AudioMessage> {
  const binary = (bytes: Uint8Array) => ({ ok: true, message: { type: 'audio', bytes } }) as const;
  return readWire<Message | AudioMessage>(wire, LIMITS.maxInboundMessageBytes, { text, binary });
}

function parseServerObject(object: JsonObject): ParseResult<ServerMessage> {
  return readKnown<ServerMessage>(SERVER_SHAPES, object['type'], object) ?? readUnknown(object);
}

function parseClientObject(object: JsonObject): ParseResult<ClientMessage> {
  if (!Object.hasOwn(object, 'token') && typeof object['type'] === 'string') return readUnknown(object);
  const auth = validate(AuthSchema, object);
  if (!auth.ok) return auth;
  const { token, ...extra } = auth.message;
  const hasExtra = Object.keys(extra).length > 0;
  return { ok: true, message: hasExtra ? { type: 'auth', token, extra } : { type: 'auth', token } };
}
