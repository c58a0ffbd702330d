// This file describes Soca to the vendor contract: samples of its wire, and what they mean.
import type { VendorSubject } from '../src/neutral/vendor.contract.ts';
import { soca } from '../src/soca/index.ts';
import { encodeBase64 } from '../src/wire/base64Encode.ts';

/** A key of the usual shape. */
export const SOCA_KEY = 'sk-live-0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Usable credentials. */
export const SOCA_CREDENTIALS = { privateKey: SOCA_KEY, sessionId: '0f0e6c1e-7a2b-4c3d-8e4f-5a6b7c8d9e0f' };

/** Credentials for a relay. */
export const RELAY_CREDENTIALS = { relayUrl: 'wss://relay.example/voice', token: SOCA_KEY };

/** An agent's id, as the sandbox has one. */
export const AGENT_ID = '68aa00bb11cc22dd33ee44ff';

const AUDIO = Uint8Array.from({ length: 417 }, (_, index) => (index * 7) % 251);

const sentence = JSON.stringify({
  stepType: 'sentence',
  chatId: 'c-1',
  sentenceId: 501,
  contentStep: 'Baik!',
  audioBase64: encodeBase64(AUDIO),
  audioMime: 'audio/mp3',
  chunkIndex: 0,
  isLastChunk: false,
  seq: 1,
});

const subject: VendorSubject = {
  createVendor: () => soca({ agentId: AGENT_ID, credentials: SOCA_CREDENTIALS }),
  credentials: SOCA_CREDENTIALS,
  secrets: [SOCA_KEY],
  unusableCredentials: {
    nothing: undefined,
    'a bare key': SOCA_KEY,
    'a key without a session': { privateKey: SOCA_KEY },
    'an empty key': { ...SOCA_CREDENTIALS, privateKey: '' },
    'a key in an array': { ...SOCA_CREDENTIALS, privateKey: [SOCA_KEY] },
    'a session that is a number': { ...SOCA_CREDENTIALS, sessionId: 7 },
    'a relay without a token': { relayUrl: 'wss://relay.example' },
    'a relay at an https URL': { relayUrl: `https://relay.example/${SOCA_KEY}`, token: SOCA_KEY },
  },
  acceptance: ['{"type":"ready","session_id":"0f0e6c1e"}', '{"type":"stt.ready"}'],
  readiness: ['{"type":"stt.ready"}'],
  agentAudio: { wire: sentence, bytes: AUDIO },
  farewells: {},
  errors: [
    '{"type":"error","message":"Invalid or expired token"}',
    '{"type":"error","message":"Invalid or expired token: {secret}"}',
    '{"type":"error","message":"No agent for Bearer {secret}"}',
  ],
  unknownMessage: '{"type":"x-{secret}","level":3}',
  unreadable: ['ready', '{"type":"ready"}', '{"type":7}', '[]', '{"stepType":"sentence","seq":1}', '{"type":"error"'],
  uplinkAudio: new Uint8Array(640).fill(5),
  unusableUplinkAudio: {
    'no audio': new Uint8Array(0),
    'an odd length': new Uint8Array(639),
    'more than 50 ms': new Uint8Array(1602),
    'a 256 ms block': new Uint8Array(8192),
  },
};

/** Soca with the account's key, for {@link describeVendor}. */
export const socaSubject: VendorSubject = subject;

/** Soca through a relay. */
export const socaRelaySubject: VendorSubject = {
  ...subject,
  createVendor: () => soca({ agentId: AGENT_ID, credentials: RELAY_CREDENTIALS }),
  credentials: RELAY_CREDENTIALS,
};
