// This file describes the Voice API to the vendor contract: samples of its wire, and what they mean.
import type { VendorSubject } from '../src/neutral/vendor.contract.ts';
import { voiceApi } from '../src/voice-api/index.ts';

/** A token of the usual shape. */
export const SECRET = 'eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoiNyJ9.c2lnbmF0dXJlLW9mLWl0';

const CREDENTIALS = { token: SECRET, ws_url: 'wss://voice.example/api/v1/sdk/ws' };
const AUDIO = Uint8Array.from({ length: 640 }, (_, index) => (index * 7) % 251);

const farewell = (reason: string): string => JSON.stringify({ type: 'session_ended', reason });

/** The Voice API, for {@link describeVendor}. */
export const voiceApiSubject: VendorSubject = {
  createVendor: () => voiceApi({ credentials: CREDENTIALS }),
  credentials: CREDENTIALS,
  secrets: [SECRET],
  unusableCredentials: {
    nothing: undefined,
    'a response that was not read': { ok: true, status: 200, json: () => CREDENTIALS },
    'a bare token': SECRET,
    'an empty token': { ...CREDENTIALS, token: '' },
    'a token in an array': { ...CREDENTIALS, token: [SECRET] },
    'no URL': { token: SECRET },
    'an https URL': { ...CREDENTIALS, ws_url: `https://voice.example/${SECRET}` },
    'a relative URL': { ...CREDENTIALS, ws_url: '/api/v1/sdk/ws' },
  },
  acceptance: ['{"type":"connected"}'],
  readiness: ['{"type":"agent_ready"}'],
  agentAudio: { wire: AUDIO, bytes: AUDIO },
  farewells: {
    agent_disconnected: {
      wire: farewell('agent_disconnected'),
      cause: 'agent-ended',
      verdict: { code: 'ended', retry: 'none' },
    },
    session_closed: {
      wire: farewell('session_closed'),
      cause: 'server-ended',
      verdict: { code: 'ended', retry: 'none' },
    },
    room_closed: { wire: farewell('room_closed'), cause: 'server-ended', verdict: { code: 'ended', retry: 'none' } },
    server_shutdown: {
      wire: farewell('server_shutdown'),
      cause: 'server-shutdown',
      verdict: { code: 'server-shutdown', retry: 'backoff' },
    },
    'an unknown reason': {
      wire: farewell('moved to {secret}'),
      cause: 'unknown',
      verdict: { code: 'ended', retry: 'none' },
    },
  },
  errors: [
    '{"type":"error","code":"AUTH_FAILED","message":"Invalid or expired token: {secret}"}',
    '{"type":"error","code":"SESSION_SETUP_FAILED","message":"No agent for Bearer {secret}"}',
    '{"type":"error","code":"{secret}","message":"Unknown"}',
  ],
  unknownMessage: '{"type":"x-{secret}","level":3}',
  unreadable: ['connected', '{"type":"session_ended"}', '{"type":7}', '[]', '{"type":"error","code":"X"'],
  uplinkAudio: AUDIO,
  unusableUplinkAudio: {
    'no audio': new Uint8Array(0),
    'half a frame': new Uint8Array(320),
    'an odd length': new Uint8Array(639),
    'Float32 samples': new Uint8Array(1280),
    'a 256 ms block': new Uint8Array(8192),
  },
};
