// This file describes Amigo's real-time voice to the vendor contract: samples of its wire, and what they mean.
import type { VendorSubject } from '../src/neutral/vendor.contract.ts';
import { amigo, type AmigoOptions } from '../src/amigo/index.ts';

/** A token of the usual shape. */
export const AMIGO_SECRET = 'eyJhbGciOiJSUzI1NiJ9.eyJ1c2VyIjoiNyJ9.c2lnbmF0dXJlLW9mLWl0LTc';

export const SERVICE_ID = '65f0c2a19b7d4e0012ab34cd';
export const CONVERSATION_ID = '65f0c2a19b7d4e0012ab34ce';

const CREDENTIALS = { token: AMIGO_SECRET };
export const AMIGO_OPTIONS: AmigoOptions = { organization: 'acme', serviceId: SERVICE_ID, credentials: CREDENTIALS };

const AUDIO = Uint8Array.from({ length: 1920 }, (_, index) => (index * 7) % 251);
const REPLY = Uint8Array.from({ length: 640 }, (_, index) => (index * 5) % 253);

const piece = (fields: object): string =>
  JSON.stringify({
    type: 'server.new-message',
    interaction_id: 'i1',
    message_id: 'm1',
    sequence_number: 1,
    message: Buffer.from(REPLY).toString('base64'),
    transcript_alignment: null,
    stop: false,
    ...fields,
  });

/** The agent ends the conversation. */
const farewell = JSON.stringify({
  type: 'server.interaction-complete',
  message_id: 'm1',
  interaction_id: 'i1',
  full_message: 'Goodbye.',
  conversation_completed: true,
});

const created = JSON.stringify({ type: 'server.conversation-created', conversation_id: CONVERSATION_ID });

/** Amigo where the client detects turns. */
export const amigoManualSubject: VendorSubject = {
  createVendor: () => amigo({ ...AMIGO_OPTIONS, turnMode: 'manual' }),
  credentials: CREDENTIALS,
  secrets: [AMIGO_SECRET],
  unusableCredentials: {
    nothing: undefined,
    'a response that was not read': { ok: true, status: 200, json: () => CREDENTIALS },
    'a bare token': AMIGO_SECRET,
    'an empty token': { token: '' },
    'the fields of the sign-in': { id_token: AMIGO_SECRET },
    'a token with padding': { token: `${AMIGO_SECRET}==` },
    'a token in standard base64': { token: `${AMIGO_SECRET}/a` },
    'a token with its scheme': { token: `Bearer ${AMIGO_SECRET}` },
  },
  acceptance: [created],
  readiness: [],
  agentAudio: { wire: piece({}), bytes: REPLY },
  farewells: {
    'the agent has done': { wire: farewell, cause: 'agent-ended', verdict: { code: 'ended', retry: 'none' } },
    'the server has done': {
      wire: '{"type":"server.conversation-completed"}',
      cause: 'server-ended',
      verdict: { code: 'ended', retry: 'none' },
    },
  },
  errors: [
    '{"type":"server.error","http_error_code":401,"error_description":"Bad token {secret}"}',
    '{"type":"error","code":"{secret}","message":"No"}',
  ],
  unknownMessage: '{"type":"server.x-{secret}","level":3}',
  unreadable: [
    'hello',
    '{"type":"server.interaction-complete"}',
    '{"type":7}',
    '[]',
    new Uint8Array(640),
    '{"type":"server.new-message"',
  ],
  uplinkAudio: AUDIO,
  unusableUplinkAudio: {
    'no audio': new Uint8Array(0),
    'an odd length': new Uint8Array(1919),
    'more than a message holds': new Uint8Array(800_000),
  },
  resumption: ['{"type":"server.conversation-retrieved"}'],
};

/** Amigo where the server detects turns. */
export const amigoVadSubject: VendorSubject = {
  ...amigoManualSubject,
  createVendor: () => amigo(AMIGO_OPTIONS),
  acceptance: [created, '{"type":"server.vad-mode-switched","current_vad_mode_on":true}'],
  resumption: [
    '{"type":"server.conversation-retrieved"}',
    '{"type":"server.vad-mode-switched","current_vad_mode_on":true}',
  ],
};
