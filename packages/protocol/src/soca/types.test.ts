// This file checks the types: unions are exhaustive, and wrong fields do not compile. `tsc` is the judge, in `check`.
import { describe, expectTypeOf, test } from 'vitest';
import type { Vendor } from '../neutral/vendor.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  parseServerMessage,
  soca,
  type ClientMessage,
  type ServerMessage,
  type SocaOptions,
} from './index.ts';

describe('the types of Soca', () => {
  test('unions list every message', () => {
    expectTypeOf<ServerMessage['type']>().toEqualTypeOf<
      | 'ready'
      | 'stt.ready'
      | 'stt.partial'
      | 'stt.final'
      | 'barge'
      | 'error'
      | 'sentence'
      | 'final_answer'
      | 'audio'
      | 'unknown'
    >();
    expectTypeOf<ClientMessage['type']>().toEqualTypeOf<
      'start' | 'tokenStart' | 'relay.start' | 'stop' | 'barge' | 'audio' | 'unknown'
    >();
  });

  test('a type narrows to its fields, and a field that no page lists is unknown', () => {
    expectTypeOf<Extract<ServerMessage, { type: 'stt.final' }>['text']>().toEqualTypeOf<string>();
    expectTypeOf<Extract<ServerMessage, { type: 'stt.final' }>['later']>().toEqualTypeOf<unknown>();
    const result = parseServerMessage('{"type":"stt.ready"}');
    if (result.ok && result.message.type === 'sentence') {
      const { step } = result.message;
      expectTypeOf(step.sentenceId).toEqualTypeOf<number | string>();
      expectTypeOf(step.audioBase64).toEqualTypeOf<string | null | undefined>();
      expectTypeOf(step.isLastChunk).toEqualTypeOf<boolean>();
      expectTypeOf(step.seq).toEqualTypeOf<number | string | null | undefined>();
    }
    expectTypeOf<Extract<ClientMessage, { type: 'tokenStart' }>['token']>().toEqualTypeOf<string>();
  });

  test('wrong messages do not compile', () => {
    const ids = { session_id: 's', agent_id: 'a' };
    const chunk = { stepType: 'sentence', sentenceId: 1, chunkIndex: 0, isLastChunk: true } as const;
    // Never called: the compiler is what this is for.
    const calls = [
      () => encodeServerMessage({ type: 'sentence', step: chunk }),
      // @ts-expect-error -- a key is required
      () => encodeClientMessage({ type: 'start', ...ids }),
      // @ts-expect-error -- no such language
      () => encodeClientMessage({ type: 'start', private_key: 'k', ...ids, lang: 'fr' }),
      // @ts-expect-error -- no other sample rate
      () => encodeClientMessage({ type: 'start', private_key: 'k', ...ids, sr: 48_000 }),
      // @ts-expect-error -- audio is bytes, not base64
      () => encodeClientMessage({ type: 'audio', bytes: 'AAAA' }),
      // @ts-expect-error -- a server says this, not a client
      () => encodeClientMessage({ type: 'stt.ready' }),
      // @ts-expect-error -- a text is required
      () => encodeServerMessage({ type: 'stt.final' }),
      // @ts-expect-error -- a number of a reply is no object
      () => encodeServerMessage({ type: 'barge', seq: {} }),
      // @ts-expect-error -- a sentence stands in `step`
      () => encodeServerMessage({ type: 'sentence', ...chunk }),
      // @ts-expect-error -- a chunk is the last or not
      () => encodeServerMessage({ type: 'sentence', step: { ...chunk, isLastChunk: 'yes' } }),
    ];
    expectTypeOf(calls).toBeArray();
  });

  test('options take key or relay credentials, literal or from a function, and no wrong key', () => {
    const agentId = 'a';
    const credentials = { privateKey: 'k', sessionId: 's' };
    expectTypeOf<{ agentId: string; credentials: typeof credentials }>().toExtend<SocaOptions>();
    expectTypeOf<{ agentId: string; credentials: { relayUrl: string; token: string } }>().toExtend<SocaOptions>();
    expectTypeOf<{ agentId: string; credentials: () => Promise<unknown> }>().toExtend<SocaOptions>();
    expectTypeOf<{ agentId: string; credentials: string }>().not.toExtend<SocaOptions>();
    expectTypeOf<{ agentId: string; credentials: { privateKey: string } }>().not.toExtend<SocaOptions>();
    // @ts-expect-error -- a wrong key
    const call = () => soca({ agentId, credentials, apiKey: 'k' });
    expectTypeOf(call).returns.toExtend<Vendor>();
    // @ts-expect-error -- no such language
    expectTypeOf(() => soca({ agentId, credentials, language: 'fr' })).toBeFunction();
  });
});
