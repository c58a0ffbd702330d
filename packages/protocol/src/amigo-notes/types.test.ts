// This file checks at compile time that the unions are what they say; the run only reports that it compiled.
import { expect, expectTypeOf, test } from 'vitest';
import type { SessionEvent } from '../neutral/session.ts';
import type { VoiceNoteEvent, VoiceNoteVendor } from '../neutral/voiceNote.ts';
import { amigoNotes, encodeServerMessage, type ClientMessage, type ServerMessage } from './index.ts';

test('ServerMessage is exhaustive in a switch over its types', () => {
  const name = (message: ServerMessage): string => {
    switch (message.type) {
      case 'conversation-created':
        return message.conversation_id;
      case 'user-message-available':
        return message.user_message;
      case 'current-agent-action':
        return message.action.type;
      case 'new-message':
        return message.message_id;
      case 'interaction-complete':
        return message.full_message;
      case 'error':
        return message.error_description;
      case 'end-session':
        return '';
      case 'unknown':
        return message.messageType;
      default:
        return message satisfies never;
    }
  };
  expect(name({ type: 'unknown', messageType: 'x', raw: {} })).toBe('x');
});

test('wrong messages, options and uploads do not compile', () => {
  // @ts-expect-error -- a number where the vendor has a string
  encodeServerMessage({ type: 'conversation-created', conversation_id: 5 });
  // @ts-expect-error -- skip has no recording
  const skip: ClientMessage = { initial_message_type: 'skip', recorded_message: { kind: 'text', text: 'x' } };
  const rest = { organization: 'a', conversationId: 'c', credentials: { token: 't' } };
  // @ts-expect-error -- a region that does not exist
  const build = () => amigoNotes({ ...rest, region: 'mars' });
  // @ts-expect-error -- an option that does not exist
  const other = () => amigoNotes({ ...rest, voice: 'x' });
  expect([skip, build, other]).toHaveLength(3);
});

test('the vendor fits the shape that senders of notes know, and its events are neutral', () => {
  expectTypeOf(amigoNotes).returns.toExtend<VoiceNoteVendor<{ readonly token: string; readonly expiresAt?: string }>>();
  expectTypeOf<VoiceNoteEvent>().toExtend<SessionEvent>();
  expectTypeOf<VoiceNoteEvent['type']>().not.toEqualTypeOf<never>();
});
