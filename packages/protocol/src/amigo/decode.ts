// This file reads Amigo's wire: messages of either side, and nothing about when they are allowed.
import type * as v from 'valibot';
import type { ParseResult } from '../neutral/parseResult.ts';
import { failWith } from '../wire/issues.ts';
import { describeFound, readWire } from '../wire/readWire.ts';
import { validate } from '../wire/validate.ts';
import { LIMITS } from './constants.ts';
import { CLIENT_SCHEMAS } from './clientMessages.ts';
import { SERVER_SCHEMAS, type ClientMessage, type ServerMessage, type UnknownMessage } from './messages.ts';

/**
 * Reads one message from the server: JSON with a `type`, always as text. A type this version does not know gives
 * `unknown`; a known type with wrong fields gives issues. Never throws.
 */
export function parseServerMessage(wire: string | Uint8Array): ParseResult<ServerMessage> {
  return parseMessage<ServerMessage>(wire, SERVER_SCHEMAS);
}

/** Reads one message from a client, for servers, in the same way. Never throws. */
export function parseClientMessage(wire: string | Uint8Array): ParseResult<ClientMessage> {
  return parseMessage<ClientMessage>(wire, CLIENT_SCHEMAS);
}

function parseMessage<Message>(
  wire: string | Uint8Array,
  schemas: Readonly<Record<string, v.GenericSchema<unknown, Message>>>,
): ParseResult<Message | UnknownMessage> {
  return readWire<Message | UnknownMessage>(wire, LIMITS.maxInboundMessageBytes, {
    text(object) {
      const messageType = object['type'];
      if (typeof messageType !== 'string') return failWith('string', describeFound(messageType), ['type']);
      // An own key only: a message of type `constructor` or `toString` is merely unknown.
      const schema = Object.hasOwn(schemas, messageType) ? schemas[messageType] : undefined;
      if (schema !== undefined) return validate(schema, object);
      return { ok: true, message: { type: 'unknown', messageType, raw: object } };
    },
    binary: (bytes) => failWith('text', `${bytes.length} bytes of binary`),
  });
}
