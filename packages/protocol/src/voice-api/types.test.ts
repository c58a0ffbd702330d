// This file checks the types: unions are exhaustive, and wrong fields do not compile. `tsc` is the judge, in `check`.
import { describe, expectTypeOf, test } from 'vitest';
import type { ParseIssue } from '../neutral/parseResult.ts';
import type { Vendor } from '../neutral/vendor.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  parseServerMessage,
  voiceApi,
  type ClientMessage,
  type ServerMessage,
  type VoiceApiCredentials,
  type VoiceApiOptions,
} from './index.ts';

describe('the types of the Voice API', () => {
  test('unions list every message', () => {
    expectTypeOf<ServerMessage['type']>().toEqualTypeOf<
      'connected' | 'agent_ready' | 'session_ended' | 'error' | 'audio' | 'unknown'
    >();
    expectTypeOf<ClientMessage['type']>().toEqualTypeOf<'auth' | 'audio' | 'unknown'>();
  });

  test('a type narrows to its fields, and a field that no page lists is unknown', () => {
    expectTypeOf<Extract<ServerMessage, { type: 'session_ended' }>['reason']>().toEqualTypeOf<string>();
    expectTypeOf<Extract<ServerMessage, { type: 'error' }>['code']>().toEqualTypeOf<string>();
    expectTypeOf<Extract<ServerMessage, { type: 'error' }>['later']>().toEqualTypeOf<unknown>();
    const result = parseServerMessage('{"type":"connected"}');
    if (result.ok && result.message.type === 'audio') expectTypeOf(result.message.bytes).toEqualTypeOf<Uint8Array>();
    if (!result.ok) expectTypeOf(result.issues).toEqualTypeOf<readonly ParseIssue[]>();
  });

  test('wrong messages do not compile', () => {
    // Never called: the compiler is what this is for.
    const calls = [
      // @ts-expect-error -- a token is a string
      () => encodeClientMessage({ type: 'auth', token: 5 }),
      // @ts-expect-error -- the auth message has no other fields
      () => encodeClientMessage({ type: 'auth', token: 't', ws_url: 'wss://x' }),
      // @ts-expect-error -- audio is bytes, not text
      () => encodeClientMessage({ type: 'audio', bytes: 'AAAA' }),
      // @ts-expect-error -- a server says this, not a client
      () => encodeClientMessage({ type: 'connected' }),
      // @ts-expect-error -- a reason is required
      () => encodeServerMessage({ type: 'session_ended' }),
      // @ts-expect-error -- a code is a string
      () => encodeServerMessage({ type: 'error', code: 4003, message: 'no' }),
      // @ts-expect-error -- no such message
      () => encodeServerMessage({ type: 'disconnected' }),
    ];
    expectTypeOf(calls).toBeArray();
  });

  test('options take a literal, a function or an async function, and nothing else', () => {
    expectTypeOf<{ credentials: () => Promise<VoiceApiCredentials> }>().toExtend<VoiceApiOptions>();
    // In Node, response.json() is Promise<unknown>.
    expectTypeOf<{ credentials: () => Promise<unknown> }>().toExtend<VoiceApiOptions>();
    expectTypeOf<{ credentials: () => VoiceApiCredentials }>().toExtend<VoiceApiOptions>();
    expectTypeOf<{ credentials: VoiceApiCredentials }>().toExtend<VoiceApiOptions>();
    expectTypeOf<{ credentials: string }>().not.toExtend<VoiceApiOptions>();
    expectTypeOf<{ credentials: { token: string } }>().not.toExtend<VoiceApiOptions>();
    // @ts-expect-error -- a wrong key
    const call = () => voiceApi({ credentials: () => ({ token: 't', ws_url: 'wss://x' }), apiKey: 'k' });
    expectTypeOf(call).returns.toExtend<Vendor>();
  });
});
