// This file checks the types: unions are exhaustive, and wrong fields do not compile. `tsc` is the judge, in `check`.
import { describe, expectTypeOf, test } from 'vitest';
import type { TypedAgentAction } from '../amigo-shared/agentActions.ts';
import type { OptionalCommand } from '../neutral/capabilities.ts';
import type { SessionCommand } from '../neutral/session.ts';
import type { Vendor } from '../neutral/vendor.ts';
import {
  amigo,
  encodeClientMessage,
  encodeServerMessage,
  type AmigoOptions,
  type ClientMessage,
  type MessageOf,
  type ServerMessage,
} from './index.ts';

describe('the types of Amigo', () => {
  test('unions list every message', () => {
    expectTypeOf<ClientMessage['type']>().toEqualTypeOf<
      | 'client.start-conversation'
      | 'client.continue-conversation'
      | 'client.new-text-message'
      | 'client.new-audio-message'
      | 'client.switch-vad-mode'
      | 'client.finish-conversation'
      | 'client.close-connection'
      | 'client.extend-timeout'
      | 'unknown'
    >();
    expectTypeOf<ServerMessage['type']>().toEqualTypeOf<
      | 'server.conversation-created'
      | 'server.conversation-retrieved'
      | 'server.conversation-completed'
      | 'server.new-message'
      | 'server.interaction-complete'
      | 'server.vad-speech-started'
      | 'server.vad-speech-ended'
      | 'server.vad-speech-reset-zero'
      | 'server.vad-mode-switched'
      | 'server.current-agent-action'
      | 'current-agent-action'
      | 'server.action-too-long'
      | 'action-too-long'
      | 'server.error'
      | 'error'
      | 'unknown'
    >();
  });

  test('a type narrows to its fields, and a field that no page lists is unknown', () => {
    expectTypeOf<MessageOf<'server.new-message'>['stop']>().toEqualTypeOf<boolean>();
    expectTypeOf<MessageOf<'client.new-audio-message'>['audio']>().toEqualTypeOf<string | null>();
    expectTypeOf<MessageOf<'server.vad-speech-ended'>['confidence']>().toEqualTypeOf<unknown>();
    expectTypeOf<Extract<TypedAgentAction, { type: 'tool-call-ended' }>['duration']>().toEqualTypeOf<number>();
  });

  test('the optional commands are the commands but those that all vendors have', () => {
    expectTypeOf<OptionalCommand>().toEqualTypeOf<
      Exclude<SessionCommand['type'], 'sendAudio' | 'keepAlive' | 'leave'>
    >();
  });

  test('wrong messages do not compile', () => {
    const piece = { type: 'server.new-message', message_id: 'm', sequence_number: 0, stop: false } as const;
    // Never called: the compiler is what this is for.
    const calls = [
      // @ts-expect-error -- audio is base64 or null
      () => encodeClientMessage({ type: 'client.new-audio-message', audio: new Uint8Array(2) }),
      // @ts-expect-error -- a boolean, not a word
      () => encodeClientMessage({ type: 'client.switch-vad-mode', vad_mode_on: 'true' }),
      // @ts-expect-error -- one of two types of text
      () => encodeClientMessage({ type: 'client.new-text-message', text: 'Hi', message_type: 'user' }),
      // @ts-expect-error -- a service is required
      () => encodeClientMessage({ type: 'client.start-conversation' }),
      // @ts-expect-error -- a server says this, not a client
      () => encodeClientMessage({ type: 'server.conversation-retrieved' }),
      // @ts-expect-error -- alignment is pairs
      () => encodeServerMessage({ ...piece, transcript_alignment: ['H'] }),
    ];
    expectTypeOf(calls).toBeArray();
  });

  test('options take no unknown keys and no unknown words', () => {
    const options: AmigoOptions = { organization: 'o', serviceId: 's', credentials: () => ({ token: 't' }) };
    const calls = [
      () => amigo(options),
      // @ts-expect-error -- a wrong key
      () => amigo({ ...options, apiKey: 'k' }),
      // @ts-expect-error -- a wrong word
      () => amigo({ ...options, turnMode: 'auto' }),
      // @ts-expect-error -- a region without a server
      () => amigo({ ...options, region: 'moon' }),
    ];
    expectTypeOf(calls[0]).returns.toExtend<Vendor>();
  });
});
