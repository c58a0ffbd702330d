// This file runs the codec contract for both halves of Amigo's wire, on the messages of its page (values invented).
import { describe, expect, test } from 'vitest';
import { anyAmigoClientMessage, anyAmigoServerMessage } from '../../test/amigoMessages.ts';
import { describeCodec } from '../wire/codec.contract.ts';
import {
  CLIENT_SCHEMAS,
  LIMITS,
  SERVER_SCHEMAS,
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
  type ClientMessage,
  type ServerMessage,
} from './index.ts';

/** A message and its wire as one: what the page shows is what is meant. */
const golden = <Message extends { readonly type: string }>(...messages: readonly Message[]) =>
  messages.map((message, index) => ({ name: `${message.type} ${index}`, wire: JSON.stringify(message), message }));

const SERVER_MESSAGES = golden<ServerMessage>(
  { type: 'server.conversation-created', conversation_id: '65f0c2a19b7d4e0012ab34ce' },
  { type: 'server.conversation-retrieved' },
  { type: 'server.conversation-completed' },
  {
    type: 'server.new-message',
    interaction_id: 'i1',
    message: 'Sure, ',
    message_metadata: [],
    transcript_alignment: null,
    stop: false,
    sequence_number: 1,
    message_id: 'm1',
  },
  {
    type: 'server.new-message',
    message: 'UklGRg==',
    transcript_alignment: [
      [0, 'H'],
      [85, 'i'],
    ],
    stop: true,
    sequence_number: 0,
    message_id: 'm1',
  },
  { type: 'server.new-message', message: null, stop: true, sequence_number: 2, message_id: 'm1' },
  {
    type: 'server.interaction-complete',
    message_id: 'm1',
    interaction_id: 'i1',
    full_message: 'Sure, let me check.',
    conversation_completed: false,
  },
  { type: 'server.vad-speech-started', start: 1.08 },
  { type: 'server.vad-speech-ended', transcript: '', start: 1.08, end: 2.61 },
  { type: 'server.vad-speech-reset-zero', timestamp: 0 },
  { type: 'server.vad-mode-switched', current_vad_mode_on: true },
  { type: 'server.current-agent-action', action: { type: 'tool-call-started', tool_id: 't' } },
  { type: 'action-too-long', filler: 'One moment.' },
  { type: 'server.error', http_error_code: 415, error_description: 'No' },
  { type: 'error', code: 'X', message: 'No' },
);

const CLIENT_MESSAGES = golden<ClientMessage>(
  {
    type: 'client.start-conversation',
    service_id: '65f0c2a19b7d4e0012ab34cd',
    service_version_set_name: 'release',
  },
  { type: 'client.continue-conversation', conversation_id: '65f0c2a19b7d4e0012ab34ce' },
  { type: 'client.new-text-message', text: 'Where is my order?', message_type: 'user-message' },
  {
    type: 'client.new-text-message',
    text: '{"event":"card.declined"}',
    message_type: 'external-event',
    start_interaction: true,
  },
  {
    type: 'client.new-audio-message',
    audio: 'AAAB',
    audio_config: { format: 'pcm', sample_rate: 16_000, sample_width: 2, n_channels: 1, frame_rate: 16_000 },
  },
  {
    type: 'client.new-audio-message',
    audio: 'AAAB',
    audio_config: { format: 'mp3', bit_rate: 128_000, sample_rate: 44_100, n_channels: 2 },
  },
  { type: 'client.new-audio-message', audio: 'AAAB' },
  { type: 'client.new-audio-message', audio: null },
  { type: 'client.switch-vad-mode', vad_mode_on: true },
  { type: 'client.finish-conversation' },
  { type: 'client.close-connection' },
  { type: 'client.extend-timeout' },
);

const faulty = (wire: object | string, ...path: readonly (string | number)[]) => {
  const text = typeof wire === 'string' ? wire : JSON.stringify(wire);
  return { name: text, wire: text, path };
};

const piece = { type: 'server.new-message', message_id: 'm', sequence_number: 1, stop: false };

describeCodec<ServerMessage>('Amigo, server half', {
  parse: parseServerMessage,
  encode: encodeServerMessage,
  messages: anyAmigoServerMessage,
  golden: SERVER_MESSAGES,
  faulty: [
    faulty('ready'),
    faulty('[]'),
    faulty({ conversation_id: 'c' }, 'type'),
    faulty({ type: 4 }, 'type'),
    faulty({ type: 'server.conversation-created' }, 'conversation_id'),
    faulty({ ...piece, message: 7 }, 'message'),
    faulty({ ...piece, stop: 'true' }, 'stop'),
    faulty({ ...piece, sequence_number: '1' }, 'sequence_number'),
    faulty({ ...piece, transcript_alignment: 'Hi' }, 'transcript_alignment'),
    faulty(
      {
        ...piece,
        transcript_alignment: [
          [0, 'H'],
          ['85', 'i'],
        ],
      },
      'transcript_alignment',
      1,
      0,
    ),
    faulty({ type: 'server.vad-mode-switched', current_vad_mode_on: 'true' }, 'current_vad_mode_on'),
    faulty({ type: 'server.vad-speech-ended', transcript: null, start: 1, end: 2 }, 'transcript'),
    faulty({ type: 'server.current-agent-action', action: 'tool-call-started' }, 'action'),
    faulty({ type: 'server.current-agent-action', action: {} }, 'action', 'type'),
    { name: 'binary', wire: new Uint8Array(640), path: [] },
    { name: 'too much', wire: `"${'x'.repeat(LIMITS.maxInboundMessageBytes)}"`, path: [] },
  ],
});

describeCodec<ClientMessage>('Amigo, client half', {
  parse: parseClientMessage,
  encode: encodeClientMessage,
  messages: anyAmigoClientMessage,
  golden: CLIENT_MESSAGES,
  faulty: [
    faulty({ type: 'client.start-conversation' }, 'service_id'),
    faulty({ type: 'client.new-text-message', text: 'x', message_type: 'event' }, 'message_type'),
    faulty({ type: 'client.new-audio-message' }, 'audio'),
    faulty(
      { type: 'client.new-audio-message', audio: 'AA==', audio_config: { format: 'wav' } },
      'audio_config',
      'format',
    ),
    faulty({ type: 'client.switch-vad-mode', vad_mode_on: 1 }, 'vad_mode_on'),
    { name: 'binary', wire: new Uint8Array(640), path: [] },
  ],
});

describe('the golden messages', () => {
  test.each([
    ['server', SERVER_SCHEMAS, SERVER_MESSAGES, ['current-agent-action', 'server.action-too-long']],
    ['client', CLIENT_SCHEMAS, CLIENT_MESSAGES, []],
  ] as const)('cover every %s type, but for second spellings', (_half, schemas, messages, spellings) => {
    const missing = Object.keys(schemas).filter((type) => !messages.some(({ message }) => message.type === type));
    expect(missing).toEqual(spellings);
  });
});
