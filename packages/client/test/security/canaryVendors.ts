// This file lists every vendor with a canary for each of its secrets, and what its server may say, with room for a quotation.
import type { Vendor } from '@voicewire/protocol';
import { amigo } from '@voicewire/protocol/amigo';
import { soca } from '@voicewire/protocol/soca';
import { voiceApi } from '@voicewire/protocol/voice-api';
import type { HostileServer } from './quotations.ts';

/** One vendor under test. */
export interface CanaryVendor extends HostileServer {
  readonly name: string;
  readonly vendor: Vendor;
  /** What makes a session of it. */
  readonly welcome: readonly string[];
}

const ID = '65f0c2a19b7d4e0012ab34cd';
const TOKEN = 'canary0123456789token9f8e7d6c5b4a';
const KEY = 'sk-canary0123456789key1a2b3c4d5e6f';

/** What no vendor says, and a server might. */
export const unknowns = (word: string): readonly object[] => [
  { type: word },
  { type: 'unheard-of', [word]: word },
  { type: 'unheard-of', ['__proto__']: { polluted: word }, constructor: { prototype: { polluted: word } } },
  { stepType: word, type: word, nested: { deep: [word, { word }] } },
  { message: word },
];

const socaMessages = (word: string): readonly object[] => [
  { type: 'error', message: word },
  { type: 'ready', session_id: 's-1', note: word },
  { type: 'stt.partial', text: word },
  { type: 'stt.final', text: word, seq: word },
  { type: 'barge', seq: 3, reason: word },
  { stepType: 'sentence', sentenceId: word, contentStep: word, audioBase64: word, chunkIndex: 0, isLastChunk: false },
  { stepType: 'sentence', sentenceId: 1, contentStep: word, audioBase64: null, chunkIndex: word, isLastChunk: true },
  { stepType: 'final_answer', stepTitle: word, fullResponse: { answers: [{ output: word }] }, isFinal: true },
  ...unknowns(word),
];

export const CANARY_VENDORS: readonly CanaryVendor[] = [
  {
    name: 'voice-api',
    vendor: voiceApi({
      credentials: () => ({ token: TOKEN, ws_url: 'wss://voice.example/ws?ticket=canary0123456789ticket' }),
    }),
    canaries: [TOKEN, 'canary0123456789ticket'],
    welcome: ['{"type":"connected"}', '{"type":"agent_ready"}'],
    messages: (word) => [
      { type: 'error', code: word, message: word },
      { type: 'error', code: 'UNHEARD_OF', message: word },
      { type: 'connected', note: word },
      { type: 'error', code: 7, message: [word] },
      ...unknowns(word),
    ],
  },
  {
    name: 'amigo',
    vendor: amigo({ organization: 'acme', serviceId: ID, actionFilter: '^.*$', credentials: () => ({ token: TOKEN }) }),
    canaries: [TOKEN],
    welcome: [
      `{"type":"server.conversation-created","conversation_id":"${ID}"}`,
      '{"type":"server.vad-mode-switched","current_vad_mode_on":true}',
    ],
    messages: (word) => [
      { type: 'server.error', code: word, message: word },
      { type: 'error', http_error_code: 401, error_description: word },
      { type: 'server.vad-speech-ended', transcript: word, start: 1, end: 2 },
      {
        type: 'server.new-message',
        message: word,
        message_id: word,
        interaction_id: word,
        sequence_number: 0,
        stop: false,
      },
      {
        type: 'server.interaction-complete',
        message_id: 'm',
        interaction_id: 'i',
        full_message: word,
        conversation_completed: false,
      },
      { type: 'server.current-agent-action', action: { type: word, detail: word } },
      { type: 'server.vad-speech-started', start: word },
      ...unknowns(word),
    ],
  },
  {
    name: 'soca with its key',
    vendor: soca({ agentId: ID, credentials: () => ({ privateKey: KEY, sessionId: 's-1' }) }),
    canaries: [KEY],
    welcome: ['{"type":"ready","session_id":"s-1"}', '{"type":"stt.ready"}'],
    messages: socaMessages,
  },
  {
    name: 'soca behind a relay',
    vendor: soca({ agentId: ID, credentials: () => ({ relayUrl: 'wss://app.example/soca', token: TOKEN }) }),
    canaries: [TOKEN],
    welcome: ['{"type":"ready","session_id":"s-1"}', '{"type":"stt.ready"}'],
    messages: socaMessages,
  },
];
