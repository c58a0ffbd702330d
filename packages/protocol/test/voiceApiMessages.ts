// This file generates every message of the Voice API, with fields and types that no version knows yet.
import fc from 'fast-check';
import type { ClientMessage, ServerMessage } from '../src/voice-api/index.ts';
import { anyText } from './hostileInputs.ts';

// Prototype keys are removed on purpose when parsing, so what must survive a round trip has none.
const jsonValue = fc
  .json({ maxDepth: 2 })
  .filter((text) => !/__proto__|constructor/.test(text))
  .map((text): unknown => JSON.parse(text));

const RESERVED_KEYS = new Set(['type', 'token', 'reason', 'code', 'message', '__proto__', 'constructor', 'prototype']);

const unknownFields = fc.dictionary(
  fc.string().filter((key) => !RESERVED_KEYS.has(key)),
  jsonValue,
  { maxKeys: 3, noNullPrototype: true },
);

const audio = fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ type: 'audio', bytes }) as const);

const KNOWN_TYPES = new Set(['connected', 'agent_ready', 'session_ended', 'error']);

const unknown = fc
  .record({ messageType: anyText.filter((type) => !KNOWN_TYPES.has(type)), fields: unknownFields })
  .map(({ messageType, fields }) => ({ type: 'unknown', messageType, raw: { ...fields, type: messageType } }) as const);

/** Any server message. */
export const anyServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  unknownFields.map((fields) => ({ ...fields, type: 'connected' as const })),
  unknownFields.map((fields) => ({ ...fields, type: 'agent_ready' as const })),
  fc
    .record({ fields: unknownFields, reason: anyText })
    .map(({ fields, reason }) => ({ ...fields, type: 'session_ended' as const, reason })),
  fc
    .record({ fields: unknownFields, code: anyText, message: anyText })
    .map(({ fields, code, message }) => ({ ...fields, type: 'error' as const, code, message })),
  audio,
  unknown,
);

/** Any client message. */
export const anyClientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  anyText.map((token) => ({ type: 'auth', token }) as const),
  fc
    .record({ token: anyText, extra: unknownFields.filter((fields) => Object.keys(fields).length > 0) })
    .map(({ token, extra }) => ({ type: 'auth', token, extra }) as const),
  audio,
  unknown,
);
