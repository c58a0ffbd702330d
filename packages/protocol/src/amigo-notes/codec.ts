// This file reads and writes the wire of voice notes: lines of a reply, and the form of an upload.
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import { failWith } from '../wire/issues.ts';
import type { FormPart } from '../wire/multipart.ts';
import { readUnknown, readWire } from '../wire/readWire.ts';
import { type JsonObject, parseJsonObject } from '../wire/parseJsonObject.ts';
import { readKnown } from '../wire/shape.ts';
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts';

import { LIMITS } from './constants.ts';
import { EVENT_SHAPES, type ServerMessage } from './messages.ts';
import type { ClientMessage, RecordedMessage } from './requestMessages.ts';

const TEXT_TYPE = 'text/plain';
const TYPE_PART = 'initial_message_type';
const RECORDING_PART = 'recorded_message';
const CONTENT_PART = 'external_event_message_content';
const TIMESTAMP_PART = 'external_event_message_timestamp';

/**
 * Reads one line of a reply, as text or as UTF-8. A type this version does not know gives `unknown`; a known type with
 * wrong fields gives issues. Never throws.
 */
export function parseServerMessage(line: string | Uint8Array): ParseResult<ServerMessage> {
  return readWire<ServerMessage>(line, LIMITS.maxLineBytes, {
    text: parseEvent,
    binary(bytes) {
      const parsed = parseJsonObject(decodeUtf8(bytes), LIMITS.maxLineBytes);
      return parsed.ok ? parseEvent(parsed.message) : parsed;
    },
  });
}

/** Writes one line of a reply, without its end. */
export function encodeServerMessage(message: ServerMessage): string {
  return JSON.stringify(message.type === 'unknown' ? message.raw : message);
}

/** Writes an upload as the parts of a form, the recording last, so that a server that streams knows what comes. */
export function encodeClientMessage(message: ClientMessage): readonly FormPart[] {
  const typePart: FormPart = { kind: 'text', name: TYPE_PART, text: message.initial_message_type };
  if (message.initial_message_type === 'skip') return [typePart, recordingPart({ kind: 'text', text: '' })];
  const textParts = (name: string, texts: readonly string[]): FormPart[] =>
    texts.map((text) => ({ kind: 'text', name, text }));
  return [
    typePart,
    ...textParts(CONTENT_PART, message.external_event_message_content),
    ...textParts(TIMESTAMP_PART, message.external_event_message_timestamp),
    recordingPart(message.recorded_message),
  ];
}

/** Reads the parts of an upload, for servers. Parts of other names are refused, as the vendor's schema has it. Never throws. */
export function parseClientMessage(parts: readonly FormPart[]): ParseResult<ClientMessage> {
  const issues: ParseIssue[] = [];
  const named = (name: string): readonly FormPart[] => parts.filter((part) => part.name === name);
  const types = named(TYPE_PART);
  const recordings = named(RECORDING_PART);
  const contents = named(CONTENT_PART).map(textOf);
  const timestamps = named(TIMESTAMP_PART).map(textOf);
  expectCount(issues, TYPE_PART, types.length, 1);
  expectCount(issues, RECORDING_PART, recordings.length, 1);
  expectCount(issues, TIMESTAMP_PART, timestamps.length, contents.length);
  const knownCount = types.length + recordings.length + contents.length + timestamps.length;
  if (knownCount !== parts.length) {
    issues.push({ path: [], expected: 'parts of known names', received: `${parts.length - knownCount} others` });
  }
  const [type] = types;
  const [recording] = recordings;
  if (issues.length > 0 || type === undefined || recording === undefined) return { ok: false, issues };
  return assemble(textOf(type), recording, contents, timestamps);
}

function assemble(
  type: string,
  recording: FormPart,
  contents: string[],
  timestamps: string[],
): ParseResult<ClientMessage> {
  const isEmpty = recording.kind === 'file' ? recording.bytes.length === 0 : recording.text === '';
  if (type === 'skip') {
    if (!isEmpty) return failWith('an empty recording', 'one with content', [RECORDING_PART]);
    if (contents.length > 0) return failWith('no events', `${contents.length} events`, [CONTENT_PART]);
    return { ok: true, message: { initial_message_type: 'skip' } };
  }
  if (type !== 'user-message' && type !== 'external-event') {
    return failWith('user-message, external-event or skip', 'another word', [TYPE_PART]);
  }
  if (isEmpty) return failWith('a recording', 'an empty one', [RECORDING_PART]);
  const emptyAt = contents.indexOf('');
  if (emptyAt !== -1) return failWith('text', 'an empty string', [CONTENT_PART, emptyAt]);
  const message = {
    initial_message_type: type,
    recorded_message: recordedMessage(recording),
    external_event_message_content: contents,
    external_event_message_timestamp: timestamps,
  } as const;
  return { ok: true, message };
}

function parseEvent(object: JsonObject): ParseResult<ServerMessage> {
  return readKnown<ServerMessage>(EVENT_SHAPES, object['type'], object) ?? readUnknown(object);
}

function recordingPart(recorded: RecordedMessage): FormPart {
  const file = { kind: 'file', name: RECORDING_PART } as const;
  if (recorded.kind === 'text') {
    const bytes = encodeUtf8(recorded.text);
    return { ...file, fileName: 'message.txt', contentType: `${TEXT_TYPE}; charset=utf-8`, bytes };
  }
  const { contentType, bytes } = recorded;
  return { ...file, fileName: contentType === 'audio/mpeg' ? 'audio.mp3' : 'audio.wav', contentType, bytes };
}

function recordedMessage(part: FormPart): RecordedMessage {
  if (part.kind === 'text') return { kind: 'text', text: part.text };
  const { contentType, bytes } = part;
  if (contentType.toLowerCase().startsWith(TEXT_TYPE)) return { kind: 'text', text: decodeUtf8(bytes) };
  return { kind: 'voice', contentType, bytes };
}

function textOf(part: FormPart): string {
  return part.kind === 'text' ? part.text : decodeUtf8(part.bytes);
}

function expectCount(issues: ParseIssue[], name: string, count: number, wantedCount: number): void {
  if (count !== wantedCount)
    issues.push({ path: [name], expected: `${wantedCount} parts`, received: `${count} parts` });
}
