// This file writes Soca's wire: what a socket sends, text as strings and audio as bytes.
import type { ClientMessage, ServerMessage } from './messages.ts';

/**
 * Writes a message of the client's. Audio is the caller's own bytes, not a copy: a view onto a larger buffer stays a view.
 * A start message holds a secret: never log the result.
 */
export function encodeClientMessage(message: ClientMessage): string | Uint8Array {
  const { type } = message;
  if (type === 'audio') return message.bytes;
  return JSON.stringify(
    type === 'unknown' ? message.raw : type === 'tokenStart' ? { ...message, type: 'start' } : message,
  );
}

/** Writes a message of the server's. */
export function encodeServerMessage(message: ServerMessage): string | Uint8Array {
  switch (message.type) {
    case 'audio':
      return message.bytes;
    case 'unknown':
      return JSON.stringify(message.raw);
    case 'sentence':
    case 'final_answer':
      return JSON.stringify(message.step);
    default:
      return JSON.stringify(message);
  }
}
