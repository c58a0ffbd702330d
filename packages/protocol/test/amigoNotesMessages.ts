// This file generates every line of a reply to a voice note and every upload, with fields that no version knows yet.
import fc from 'fast-check';
import type { ClientMessage, ServerMessage } from '../src/amigo-notes/index.ts';
import { anyText } from './hostileInputs.ts';

// Prototype keys are removed on purpose when parsing, so what must survive a round trip has none.
const jsonValue = fc
  .json({ maxDepth: 2 })
  .filter((text) => !/__proto__|constructor/.test(text))
  .map((text): unknown => JSON.parse(text));

const unknownFields = fc.dictionary(
  fc.string().map((key) => `x-${key}`),
  jsonValue,
  { maxKeys: 3, noNullPrototype: true },
);

const KNOWN_TYPES = new Set([
  'conversation-created',
  'user-message-available',
  'current-agent-action',
  'new-message',
  'interaction-complete',
  'error',
  'end-session',
]);

const count = fc.integer({ min: 0, max: 1_000_000 });

/** A line of its type, with these fields and some that are unknown. */
function line<Type extends string, Fields extends object>(
  type: Type,
  fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> },
): fc.Arbitrary<Fields & { type: Type }> {
  return fc.tuple(unknownFields, fc.record<Fields>(fields)).map(([more, known]) => ({ ...more, ...known, type }));
}

const alignment = fc.option(fc.array(fc.tuple(count, anyText), { maxLength: 3 }));

/** Any line of a reply. */
export const anyServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  line('conversation-created', { conversation_id: anyText }),
  line('user-message-available', { message_id: anyText, user_message: anyText }),
  line('current-agent-action', {
    action: fc.tuple(unknownFields, anyText).map(([fields, type]) => ({ ...fields, type })),
  }),
  line('new-message', {
    message: fc.option(anyText),
    transcript_alignment: alignment,
    stop: fc.boolean(),
    sequence_number: count,
    message_id: anyText,
  }),
  line('interaction-complete', {
    message_id: anyText,
    interaction_id: anyText,
    full_message: anyText,
    conversation_completed: fc.boolean(),
  }),
  line('error', { http_error_code: count, error_description: anyText }),
  line('end-session', {}),
  fc
    .record({ messageType: anyText.filter((type) => !KNOWN_TYPES.has(type)), fields: unknownFields })
    .map(
      ({ messageType, fields }) => ({ type: 'unknown', messageType, raw: { ...fields, type: messageType } }) as const,
    ),
);

// UTF-8 cannot hold a lone surrogate, and an empty recording means something else.
const someText = fc.string({ unit: 'grapheme', minLength: 1 });

/** Any upload. */
export const anyClientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc
    .record({
      type: fc.constantFrom('user-message' as const, 'external-event' as const),
      recorded: fc.oneof(
        someText.map((text) => ({ kind: 'text', text }) as const),
        fc
          .record({
            contentType: fc.constantFrom('audio/wav', 'audio/mpeg'),
            bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
          })
          .map((voice) => ({ kind: 'voice', ...voice }) as const),
      ),
      events: fc.array(fc.tuple(someText, fc.constant('2026-11-21T12:00:00Z')), { maxLength: 3 }),
    })
    .map(({ type, recorded, events }) => ({
      initial_message_type: type,
      recorded_message: recorded,
      external_event_message_content: events.map(([content]) => content),
      external_event_message_timestamp: events.map(([, timestamp]) => timestamp),
    })),
  fc.constant({ initial_message_type: 'skip' } as const),
);
