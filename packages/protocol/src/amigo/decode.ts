// This file reads Amigo's wire: messages of either side, and nothing about when they are allowed.
import type { ParseResult } from '../neutral/parseResult.ts';
import { failWith } from '../wire/issues.ts';
import type { JsonObject } from '../wire/parseJsonObject.ts';
import { readUnknown, readWire, type UnknownMessage } from '../wire/readWire.ts';
import { readKnown } from '../wire/shape.ts';
import { validate } from '../wire/validate.ts';
import { CLIENT_SCHEMAS } from './clientMessages.ts';
import { LIMITS } from './constants.ts';
import { SERVER_SHAPES, type ClientMessage, type ServerMessage } from './messages.ts';

/**
 * Reads one message from the server: JSON with a `type`, always as text. A type this version does not know gives
 * `unknown`; a known type with wrong fields gives issues. Never throws.
 */
export function parseServerMessage(wire: string | Uint8Array): ParseResult<ServerMessage> {
  return readText<ServerMessage>(wire, (object) => readKnown(SERVER_SHAPES, object['type'], object));
}

/** Reads one message from a client, for servers, in the same way. Never throws. */
export function parseClientMessage(wire: string | Uint8Array): ParseResult<ClientMessage> {
  return readText<ClientMessage>(wire, (object) => {
    const { type } = object;
    if (typeof type !== 'string' || !Object.hasOwn(CLIENT_SCHEMAS, type)) return undefined;
    return validate<ClientMessage>(CLIENT_SCHEMAS[type as keyof typeof CLIENT_SCHEMAS], object);
  });
}

function readText<Message>(
  wire: string | Uint8Array,
  read: (object: JsonObject) => ParseResult<Message> | undefined,
): ParseResult<Message | UnknownMessage> {
  return readWire<Message | UnknownMessage>(wire, LIMITS.maxInboundMessageBytes, {
    text: (object) => read(object) ?? readUnknown(object),
    binary: (bytes) => failWith('text', `${bytes.length} bytes of binary`),
  });
}
