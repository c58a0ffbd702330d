// This file opens what a socket delivered: text as a safe object, binary as bytes, each within its limits.
import type { ParseResult } from '../neutral/parseResult.ts';
import { isBytes } from './bytes.ts';
import { failUnlike, failWith } from './issues.ts';
import { type JsonObject, parseJsonObject } from './parseJsonObject.ts';

/** How one side of a protocol reads the two kinds of WebSocket message. */
export interface WireReaders<Message> {
  readonly text: (object: JsonObject) => ParseResult<Message>;
  /** Bytes are a view of what came, not a copy. */
  readonly binary: (bytes: Uint8Array) => ParseResult<Message>;
}

/**
 * Reads one WebSocket message. Never throws.
 *
 * @param maxBytes Largest message that is looked at.
 */
export function readWire<Message>(
  wire: string | Uint8Array,
  maxBytes: number,
  readers: WireReaders<Message>,
): ParseResult<Message> {
  if (typeof wire === 'string') {
    const parsed = parseJsonObject(wire, maxBytes);
    return parsed.ok ? readers.text(parsed.message) : parsed;
  }
  // The types forbid it, but a socket without binaryType = 'arraybuffer' delivers a Blob.
  if (!isBytes(wire)) return failUnlike('text or bytes', wire);
  if (wire.length > maxBytes) return failWith(`at most ${maxBytes} bytes`, `${wire.length} bytes`);
  return readers.binary(wire);
}

/** A message, or a line of a reply, of a kind that this version does not know. */
export interface UnknownMessage {
  readonly type: 'unknown';
  /** What the wire names its kind. */
  readonly messageType: string;
  /** The whole message, untrusted. */
  readonly raw: Readonly<JsonObject>;
}

/** A message of a kind that this version does not know, or a fault where none is named. */
export function readUnknown(raw: JsonObject, messageType = raw['type']): ParseResult<UnknownMessage> {
  if (typeof messageType !== 'string') return failUnlike('string', raw['type'], ['type']);
  return { ok: true, message: { type: 'unknown', messageType, raw } };
}
