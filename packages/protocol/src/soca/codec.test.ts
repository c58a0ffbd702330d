// This file runs the codec contract for both halves of Soca, on the messages of its page (values invented).
import { describe, expect, test } from 'vitest';
import { anyClientMessage, anyServerMessage } from '../../test/socaMessages.ts';
import { describeCodec } from '../wire/codec.contract.ts';
import {
  LIMITS,
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
  readSeq,
  type FinalAnswer,
} from './index.ts';

const AUDIO = Uint8Array.from({ length: LIMITS.frameBytes }, (_, index) => index % 251);

const firstChunk = {
  stepType: 'sentence',
  chatId: '1b2c3d4e-0000-4111-8222-333344445555',
  sentenceId: 5012,
  contentStep: 'Baik, saya bantu.',
  audioBase64: 'SUQzBAAA',
  audioMime: 'audio/mp3',
  chunkIndex: 0,
  isLastChunk: false,
  seq: 12,
} as const;

const lastChunk = {
  stepType: 'sentence',
  sentenceId: 5012,
  audioBase64: null,
  chunkIndex: 4,
  isLastChunk: true,
  seq: 12,
} as const;

const finalAnswer: FinalAnswer = {
  stepType: 'final_answer',
  stepTitle: 'Final Answer',
  fullResponse: { answers: [{ output: 'Baik, saya bantu.' }] },
  audioBase64: null,
  audioMime: 'audio/mp3',
  isFinal: true,
  seq: 12,
  stepDuration: 987.6,
};

const control = <Message extends object>(name: string, message: Message) => ({
  name,
  wire: JSON.stringify(message),
  message,
});

describeCodec('Soca, server half', {
  parse: parseServerMessage,
  encode: encodeServerMessage,
  messages: anyServerMessage,
  golden: [
    control('ready', { type: 'ready', session_id: '0f0e6c1e' } as const),
    control('stt.ready', { type: 'stt.ready' } as const),
    control('stt.partial', { type: 'stt.partial', text: 'tolong cek' } as const),
    control('stt.final', { type: 'stt.final', text: 'Tolong cek pesanan saya.' } as const),
    control('an empty stt.final', { type: 'stt.final', text: '' } as const),
    control('barge', { type: 'barge', seq: 13, reason: 'content_partial' } as const),
    control('barge without anything', { type: 'barge' } as const),
    control('error, wrong first message', { type: 'error', message: 'must start with type=start' } as const),
    control('error, wrong key', { type: 'error', message: 'Invalid or expired token' } as const),
    { name: 'the first chunk', wire: JSON.stringify(firstChunk), message: { type: 'sentence', step: firstChunk } },
    { name: 'the last chunk', wire: JSON.stringify(lastChunk), message: { type: 'sentence', step: lastChunk } },
    {
      name: 'final_answer',
      wire: JSON.stringify(finalAnswer),
      message: { type: 'final_answer', step: finalAnswer },
    },
    {
      name: 'a sentence with numbers as strings',
      wire: '{"stepType":"sentence","sentenceId":"5-a","chunkIndex":0,"isLastChunk":true,"seq":"12"}',
      message: {
        type: 'sentence',
        step: { stepType: 'sentence', sentenceId: '5-a', chunkIndex: 0, isLastChunk: true, seq: '12' },
      },
    },
    {
      name: 'a sentence with a type of its own that no page lists',
      wire: '{"stepType":"sentence","sentenceId":1,"chunkIndex":0,"isLastChunk":true,"type":"agent"}',
      message: {
        type: 'sentence',
        step: { type: 'agent', stepType: 'sentence', sentenceId: 1, chunkIndex: 0, isLastChunk: true },
      },
    },
    {
      name: 'two known kinds in one: the type wins',
      wire: '{"type":"stt.ready","stepType":"sentence"}',
      message: { type: 'stt.ready', stepType: 'sentence' },
    },
    {
      name: 'a step from the future',
      wire: '{"stepType":"tool_call","tool":"orders"}',
      message: { type: 'unknown', messageType: 'tool_call', raw: { stepType: 'tool_call', tool: 'orders' } },
    },
    {
      name: 'a text that calls itself sentence by type, as only our own tag does',
      wire: '{"type":"sentence","step":{}}',
      message: { type: 'unknown', messageType: 'sentence', raw: { type: 'sentence', step: {} } },
    },
    { name: 'binary audio, which no page has', wire: AUDIO, message: { type: 'audio', bytes: AUDIO } },
  ],
  faulty: [
    { name: 'neither type nor stepType', wire: '{"text":"halo"}', path: ['type'] },
    { name: 'a stepType that is a number', wire: '{"stepType":4}', path: ['type'] },
    { name: 'ready without its session', wire: '{"type":"ready"}', path: ['session_id'] },
    { name: 'a transcript without text', wire: '{"type":"stt.final"}', path: ['text'] },
    { name: 'a transcript that is null', wire: '{"type":"stt.partial","text":null}', path: ['text'] },
    { name: 'an error without words', wire: '{"type":"error","code":4}', path: ['message'] },
    { name: 'a seq that is an object', wire: '{"type":"barge","seq":{}}', path: ['seq'] },
    {
      name: 'a sentence without its id',
      wire: '{"stepType":"sentence","chunkIndex":0,"isLastChunk":true}',
      path: ['sentenceId'],
    },
    {
      name: 'audio that is a number',
      wire: '{"stepType":"sentence","sentenceId":1,"audioBase64":7,"chunkIndex":0,"isLastChunk":true}',
      path: ['audioBase64'],
    },
    {
      name: 'isLastChunk as a string',
      wire: '{"stepType":"sentence","sentenceId":1,"chunkIndex":0,"isLastChunk":"true"}',
      path: ['isLastChunk'],
    },
    {
      name: 'an answer without objects',
      wire: '{"stepType":"final_answer","fullResponse":{"answers":["text"]}}',
      path: ['fullResponse', 'answers', 0],
    },
  ],
});

const start = {
  type: 'start',
  private_key: 'sk-demo',
  session_id: '0f0e6c1e',
  agent_id: '68aa00bb11cc22dd33ee44ff',
  lang: 'id',
  sr: 16_000,
} as const;

const { private_key: _key, ...startWithoutKey } = start;

describeCodec('Soca, client half', {
  parse: parseClientMessage,
  encode: encodeClientMessage,
  messages: anyClientMessage,
  golden: [
    control('start', start),
    {
      name: 'start of an older deployment',
      wire: '{"type":"start","token":"eyJ0","session_id":"0f0e6c1e","agent_id":"68aa","lang":"en"}',
      message: { type: 'tokenStart', token: 'eyJ0', session_id: '0f0e6c1e', agent_id: '68aa', lang: 'en' },
    },
    control('start to a relay', { type: 'relay.start', token: 't', agent_id: 'a', sr: 16_000 } as const),
    control('stop', { type: 'stop' } as const),
    control('barge', { type: 'barge' } as const),
    { name: '640 bytes of audio', wire: AUDIO, message: { type: 'audio', bytes: AUDIO } },
    {
      name: 'a type that no page lists',
      wire: '{"type":"ping"}',
      message: { type: 'unknown', messageType: 'ping', raw: { type: 'ping' } },
    },
  ],
  faulty: [
    { name: 'start without a key', wire: JSON.stringify(startWithoutKey), path: ['private_key'] },
    { name: 'start with an empty key', wire: JSON.stringify({ ...start, private_key: '' }), path: ['private_key'] },
    { name: 'start without an agent', wire: JSON.stringify({ ...start, agent_id: undefined }), path: ['agent_id'] },
    { name: 'another language', wire: JSON.stringify({ ...start, lang: 'fr' }), path: ['lang'] },
    { name: 'another sample rate', wire: JSON.stringify({ ...start, sr: 48_000 }), path: ['sr'] },
    { name: 'the sample rate as a string', wire: JSON.stringify({ ...start, sr: '16000' }), path: ['sr'] },
    { name: 'a relay start without its token', wire: '{"type":"relay.start","agent_id":"a"}', path: ['token'] },
    { name: 'no type', wire: '{"stepType":"sentence"}', path: ['type'] },
  ],
});

describe('readSeq', () => {
  test.each([
    [0, 0],
    [12, 12],
    ['12', 12],
    ['007', 7],
    ['0', 0],
    ['-3', -3],
    [null, undefined],
    [undefined, undefined],
    ['', undefined],
    [' 12', undefined],
    ['12.5', undefined],
    ['1e3', undefined],
    ['NaN', undefined],
    ['9007199254740993', undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('reads %j as %j', (seq, number) => {
    expect(readSeq(seq)).toBe(number);
  });
});

test('passes a view of 640 bytes on as that view, not as the buffer behind it', () => {
  const view = new Uint8Array(4096).subarray(640, 1280);
  expect(encodeClientMessage({ type: 'audio', bytes: view })).toBe(view);
});
