// This file writes Amigo's wire: every message is one JSON text.
import type { ClientMessage, ServerMessage } from './messages.ts';

/** Writes a message of the client's. None of them holds the token. */
export function encodeClientMessage(message: ClientMessage): string {
  return encode(message);
}

/** Writes a message of the server's. */
export function encodeServerMessage(message: ServerMessage): string {
  return encode(message);
}

function encode(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message.type === 'unknown' ? message.raw : message);
}
