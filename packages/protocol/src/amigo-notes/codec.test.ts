// This file runs the codec contract for the lines of a reply, and checks the parts of an upload in both directions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyClientMessage, anyServerMessage } from '../../test/amigoNotesMessages.ts';
import { describeCodec } from '../wire/codec.contract.ts';
import { encodeMultipart, type FormPart } from '../wire/multipart.ts';
import { encodeUtf8 } from '../wire/utf8.ts';
import { encodeClientMessage, encodeServerMessage, parseClientMessage, parseServerMessage } from './codec.ts';
import { LIMITS } from './constants.ts';
import type { ServerMessage } from './messages.ts';

/** Lines as the pages show them, with values of ours. */
const LINES: readonly ServerMessage[] = [
  { type: 'conversation-created', conversation_id: '65f0c2a19b7d4e0012ab34ce' },
  { type: 'user-message-available', message_id: 'm7', user_message: 'is the library open on sunday' },
  {
    type: 'current-agent-action',
    action: { type: 'action-too-long', filler: 'UklGRg==', previously_started_event: { type: 'tool-call-started' } },
  },
  {
    type: 'new-message',
    message: 'AAABAAIA',
    message_id: 'm8',
    sequence_number: 0,
    stop: false,
    transcript_alignment: [
      [0, 'L'],
      [62, 'e'],
    ],
  },
  {
    type: 'new-message',
    message: 'Sure, ',
    message_id: 'm8',
    sequence_number: 1,
    stop: false,
    transcript_alignment: null,
  },
  { type: 'new-message', message: '', message_id: 'm8', sequence_number: 2, stop: true, transcript_alignment: [] },
  {
    type: 'interaction-complete',
    message_id: 'm8',
    interaction_id: 'i9',
    full_message: 'Let me look.',
    conversation_completed: false,
  },
  { type: 'error', http_error_code: 415, error_description: 'not an audio file' },
  { type: 'end-session' },
];

describeCodec('Amigo voice notes, lines of a reply', {
  parse: parseServerMessage,
  encode: encodeServerMessage,
  messages: anyServerMessage,
  golden: [
    ...LINES.map((message, index) => ({ name: `${message.type} ${index}`, wire: JSON.stringify(message), message })),
    {
      name: 'no alignment',
      wire: '{"type":"new-message","message":null,"message_id":"m","sequence_number":4,"stop":true}',
      message: { type: 'new-message', message: null, stop: true, sequence_number: 4, message_id: 'm' },
    },
    {
      name: 'a field from the future',
      wire: '{"type":"end-session","why":7}',
      message: { type: 'end-session', why: 7 },
    },
  ],
  faulty: [
    { name: 'text', wire: 'hello', path: [] },
    { name: 'nothing', wire: '', path: [] },
    { name: 'an array', wire: '[]', path: [] },
    { name: 'no type', wire: '{"message":"x"}', path: ['type'] },
    {
      name: 'a piece without id',
      wire: '{"type":"new-message","message":"","stop":true,"sequence_number":1}',
      path: ['message_id'],
    },
    {
      name: 'a piece whose stop is a word',
      wire: '{"type":"new-message","message":"","stop":"yes","sequence_number":1,"message_id":"m"}',
      path: ['stop'],
    },
    {
      name: 'an alignment of words',
      wire: '{"type":"new-message","message":"","transcript_alignment":[["0","H"]],"stop":true,"sequence_number":1,"message_id":"m"}',
      path: ['transcript_alignment', 0, 0],
    },
    { name: 'an action without type', wire: '{"type":"current-agent-action","action":{}}', path: ['action', 'type'] },
    { name: 'an action that is a word', wire: '{"type":"current-agent-action","action":"x"}', path: ['action'] },
    { name: 'an error without code', wire: '{"type":"error","error_description":"x"}', path: ['http_error_code'] },
    {
      name: 'completion without the flag',
      wire: '{"type":"interaction-complete","message_id":"m","interaction_id":"i","full_message":""}',
      path: ['conversation_completed'],
    },
    { name: 'too long a line', wire: `"${'x'.repeat(LIMITS.maxLineBytes)}"`, path: [] },
    { name: 'too many bytes', wire: new Uint8Array(LIMITS.maxLineBytes + 1), path: [] },
  ],
});

test('reads a line of UTF-8 bytes like its text', () => {
  const text = '{"type":"user-message-available","message_id":"m","user_message":"Grüße 😀"}';
  expect(parseServerMessage(encodeUtf8(text))).toEqual(parseServerMessage(text));
});

const AUDIO = Uint8Array.of(82, 73, 70, 70);
const typePart = (text: string): FormPart => ({ kind: 'text', name: 'initial_message_type', text });
const wavPart: FormPart = {
  kind: 'file',
  name: 'recorded_message',
  fileName: 'audio.wav',
  contentType: 'audio/wav',
  bytes: AUDIO,
};
const eventParts: readonly FormPart[] = [
  { kind: 'text', name: 'external_event_message_content', text: 'opened the map' },
  { kind: 'text', name: 'external_event_message_timestamp', text: '2026-11-21T12:00:00Z' },
];

describe('encodeClientMessage', () => {
  test('writes type, contents, timestamps and then the recording', () => {
    const parts = encodeClientMessage({
      initial_message_type: 'user-message',
      recorded_message: { kind: 'voice', contentType: 'audio/wav', bytes: AUDIO },
      external_event_message_content: ['opened the map'],
      external_event_message_timestamp: ['2026-11-21T12:00:00Z'],
    });
    expect(parts).toEqual([typePart('user-message'), ...eventParts, wavPart]);
    // No copy of what may be megabytes.
    expect(parts.at(-1)).toHaveProperty('bytes', AUDIO);
  });

  test('writes text as a file of UTF-8, MP3 under its own name, and skip with an empty recording', () => {
    const recordingOf = (
      recorded_message: { kind: 'text'; text: string } | { kind: 'voice'; contentType: string; bytes: Uint8Array },
    ) =>
      encodeClientMessage({
        initial_message_type: 'external-event',
        recorded_message,
        external_event_message_content: [],
        external_event_message_timestamp: [],
      }).at(-1);
    expect(recordingOf({ kind: 'text', text: 'ü' })).toMatchObject({
      fileName: 'message.txt',
      contentType: 'text/plain; charset=utf-8',
      bytes: Uint8Array.of(0xc3, 0xbc),
    });
    expect(recordingOf({ kind: 'voice', contentType: 'audio/mpeg', bytes: AUDIO })).toMatchObject({
      fileName: 'audio.mp3',
    });
    const skip = encodeClientMessage({ initial_message_type: 'skip' });
    expect(skip).toHaveLength(2);
    expect(skip.at(-1)).toMatchObject({ name: 'recorded_message', bytes: new Uint8Array(0) });
  });
});

describe('parseClientMessage', () => {
  test('reads what encodeClientMessage writes, for 2000 random uploads', () => {
    const property = fc.property(anyClientMessage, (message) => {
      expect(parseClientMessage(encodeClientMessage(message))).toEqual({ ok: true, message });
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test('reads a recording that came as a text part, and fields that came as files', () => {
    const asText: FormPart = { kind: 'text', name: 'recorded_message', text: 'hello' };
    const asFile: FormPart = {
      kind: 'file',
      name: 'initial_message_type',
      fileName: 'x',
      contentType: 'text/plain',
      bytes: encodeUtf8('user-message'),
    };
    expect(parseClientMessage([asFile, asText])).toMatchObject({
      ok: true,
      message: { initial_message_type: 'user-message', recorded_message: { kind: 'text', text: 'hello' } },
    });
  });

  test.each([
    ['nothing', [], [['initial_message_type'], ['recorded_message']]],
    ['no recording', [typePart('user-message')], [['recorded_message']]],
    ['two types', [typePart('user-message'), typePart('skip'), wavPart], [['initial_message_type']]],
    ['an unknown type', [typePart('toString'), wavPart], [['initial_message_type']]],
    [
      'an empty recording',
      [typePart('user-message'), { ...wavPart, bytes: new Uint8Array(0) }],
      [['recorded_message']],
    ],
    ['skip with a recording', [typePart('skip'), wavPart], [['recorded_message']]],
    [
      'skip with an event',
      [typePart('skip'), ...eventParts, { ...wavPart, bytes: new Uint8Array(0) }],
      [['external_event_message_content']],
    ],
    [
      'a time without its event',
      [typePart('user-message'), eventParts[1], wavPart],
      [['external_event_message_timestamp']],
    ],
    [
      'an empty event',
      [typePart('user-message'), { ...eventParts[0], text: '' }, eventParts[1], wavPart],
      [['external_event_message_content', 0]],
    ],
    ['a part of another name', [typePart('user-message'), wavPart, { kind: 'text', name: 'x', text: '' }], [[]]],
  ])('refuses %s and says where', (_name, parts, paths) => {
    const result = parseClientMessage(parts as FormPart[]);
    expect(!result.ok && result.issues.map(({ path }) => path)).toEqual(paths);
  });
});

test('an upload is read back by the platform from the bytes that Node sends', async () => {
  const parts = encodeClientMessage({
    initial_message_type: 'user-message',
    recorded_message: { kind: 'voice', contentType: 'audio/wav', bytes: AUDIO },
    external_event_message_content: ['größer', 'dann'],
    external_event_message_timestamp: ['2026-11-21T12:00:00Z', '2026-11-21T12:00:01Z'],
  });
  const { contentType, bytes } = encodeMultipart(parts, () => 0.25);
  const response = new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': contentType } });
  const form = await response.formData();
  expect(form.get('initial_message_type')).toBe('user-message');
  expect(form.getAll('external_event_message_content')).toEqual(['größer', 'dann']);
  expect(form.getAll('external_event_message_timestamp')).toHaveLength(2);
  const file = form.get('recorded_message');
  expect(file).toMatchObject({ name: 'audio.wav', type: 'audio/wav', size: 4 });
});
