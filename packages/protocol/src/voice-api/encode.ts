// This file writes the Voice API's wire: what a socket sends, text as strings and audio as bytes.
import type { ClientMessage, ServerMessage } from './messages.ts';

/**
 * Writes a message of the client's. Audio is the caller's own bytes, not a copy: a view onto a larger buffer stays a view.
 * The auth message holds the token: never log the result.
 */
export function encodeClientMessage(message: ClientMessage): string | Uint8Array {
  switch (message.type) {
    case 'auth':
      return JSON.stringify({ ...message.extra, token: message.token });
    case 'audio':
      return message.bytes;
    case 'unknown':
      return JSON.stringify(message.raw);
  }
}

/** Writes a message of the server's. Audio is the caller's own bytes, not a copy. */
export function encodeServerMessage(message: ServerMessage): string | Uint8Array {
  switch (message.type) {
    case 'audio':
      return message.bytes;
    case 'unknown':
      return JSON.stringify(message.raw);
    default:
      return JSON.stringify(message);
  }
}
