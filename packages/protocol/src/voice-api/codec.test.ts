// This file runs the codec contract for both halves of the Voice API, on the messages of its pages (values invented).
import { expect, test } from 'vitest';
import { anyClientMessage, anyServerMessage } from '../../test/voiceApiMessages.ts';
import { describeCodec } from '../wire/codec.contract.ts';
import {
  END_REASONS,
  ERROR_CODES,
  LIMITS,
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
} from './index.ts';

const AUDIO = Uint8Array.from({ length: LIMITS.frameBytes }, (_, index) => index % 251);

describeCodec('Voice API, server half', {
  parse: parseServerMessage,
  encode: encodeServerMessage,
  messages: anyServerMessage,
  golden: [
    { name: 'connected', wire: '{"type":"connected"}', message: { type: 'connected' } },
    { name: 'agent_ready', wire: '{ "type": "agent_ready" }', message: { type: 'agent_ready' } },
    ...Object.values(END_REASONS).map((reason) => ({
      name: `session_ended, ${reason}`,
      wire: `{ "type": "session_ended", "reason": "${reason}" }`,
      message: { type: 'session_ended', reason } as const,
    })),
    ...Object.values(ERROR_CODES).map((code) => ({
      name: `error, ${code}`,
      wire: `{ "type": "error", "code": "${code}", "message": "Nothing doing" }`,
      message: { type: 'error', code, message: 'Nothing doing' } as const,
    })),
    { name: 'a field from the future', wire: '{"type":"connected","room":7}', message: { type: 'connected', room: 7 } },
    {
      name: 'a type from the future',
      wire: '{"type":"transcript","text":"hello"}',
      message: { type: 'unknown', messageType: 'transcript', raw: { type: 'transcript', text: 'hello' } },
    },
    {
      name: 'a text that calls itself audio, as only our own tag does',
      wire: '{"type":"audio","bytes":"AAAA"}',
      message: { type: 'unknown', messageType: 'audio', raw: { type: 'audio', bytes: 'AAAA' } },
    },
    { name: '640 bytes of audio', wire: AUDIO, message: { type: 'audio', bytes: AUDIO } },
    { name: '639 bytes of audio', wire: AUDIO.subarray(1), message: { type: 'audio', bytes: AUDIO.subarray(1) } },
    { name: 'no bytes', wire: new Uint8Array(0), message: { type: 'audio', bytes: new Uint8Array(0) } },
  ],
  faulty: [
    { name: 'text that is not JSON', wire: 'connected', path: [] },
    { name: 'no text', wire: '', path: [] },
    { name: 'an array', wire: '[{"type":"connected"}]', path: [] },
    { name: 'null', wire: 'null', path: [] },
    { name: 'no type', wire: '{"reason":"room_closed"}', path: ['type'] },
    { name: 'a type that is not a string', wire: '{"type":4}', path: ['type'] },
    { name: 'session_ended without reason', wire: '{"type":"session_ended"}', path: ['reason'] },
    { name: 'session_ended with a null reason', wire: '{"type":"session_ended","reason":null}', path: ['reason'] },
    { name: 'error without code', wire: '{"type":"error","message":"no"}', path: ['code'] },
    { name: 'error with a number for its code', wire: '{"type":"error","code":4003,"message":"no"}', path: ['code'] },
    { name: 'error without message', wire: '{"type":"error","code":"AUTH_FAILED"}', path: ['message'] },
    { name: 'too many bytes', wire: new Uint8Array(LIMITS.maxInboundMessageBytes + 1), path: [] },
    { name: 'too long a text', wire: `"${'x'.repeat(LIMITS.maxInboundMessageBytes)}"`, path: [] },
  ],
});

describeCodec('Voice API, client half', {
  parse: parseClientMessage,
  encode: encodeClientMessage,
  messages: anyClientMessage,
  golden: [
    { name: 'the token', wire: '{"token":"eyJ0.e30.c2ln"}', message: { type: 'auth', token: 'eyJ0.e30.c2ln' } },
    {
      name: 'the token in a message that has a type',
      wire: '{"type":"auth","token":"t"}',
      message: { type: 'auth', token: 't', extra: { type: 'auth' } },
    },
    { name: '640 bytes of audio', wire: AUDIO, message: { type: 'audio', bytes: AUDIO } },
    {
      name: 'a type that no page lists',
      wire: '{"type":"ping"}',
      message: { type: 'unknown', messageType: 'ping', raw: { type: 'ping' } },
    },
  ],
  faulty: [
    { name: 'the bare token', wire: 'eyJ0.e30.c2ln', path: [] },
    { name: 'neither token nor type', wire: '{"jwt":"eyJ0"}', path: ['token'] },
    { name: 'a token that is not a string', wire: '{"token":null}', path: ['token'] },
    { name: 'a type and a token that is not a string', wire: '{"type":"auth","token":{"a":1}}', path: ['token'] },
  ],
});

test('words an issue with what was expected and the type of what came', () => {
  expect(parseServerMessage('{"type":"error","code":5}')).toEqual({
    ok: false,
    issues: [
      { path: ['code'], expected: 'string', received: 'number' },
      { path: ['message'], expected: 'string', received: 'nothing' },
    ],
  });
});

test('passes a view of 640 bytes on as that view, not as the buffer behind it', () => {
  const ring = new Uint8Array(4096);
  const view = ring.subarray(640, 1280);
  expect(encodeClientMessage({ type: 'audio', bytes: view })).toBe(view);
  const parsed = parseServerMessage(view);
  expect(parsed.ok && parsed.message.type === 'audio' && parsed.message.bytes).toBe(view);
});

test('takes the byte array of another realm', async () => {
  const { runInNewContext } = await import('node:vm');
  const foreign = runInNewContext('new Uint8Array([1, 2, 3])') as Uint8Array;
  expect(foreign).not.toBeInstanceOf(Uint8Array);
  expect(parseServerMessage(foreign)).toEqual({ ok: true, message: { type: 'audio', bytes: foreign } });
});

test('lets no own field of an auth message displace its token', () => {
  const wire = encodeClientMessage({ type: 'auth', token: 'right', extra: { token: 'wrong' } });
  expect(wire).toBe('{"token":"right"}');
});

test('takes the last of two equal keys, as JSON.parse does', () => {
  const parsed = parseServerMessage('{"type":"error","type":"connected"}');
  expect(parsed).toEqual({ ok: true, message: { type: 'connected' } });
});
