// This file runs the vendor contract for Soca and checks what is this vendor's own: options, greeting, resumption, audio.
import { describe, expect, test } from 'vitest';
import {
  AGENT_ID,
  RELAY_CREDENTIALS,
  SOCA_CREDENTIALS,
  SOCA_KEY,
  socaRelaySubject,
  socaSubject,
} from '../../test/socaSubject.ts';
import { describeVendor } from '../neutral/vendor.contract.ts';
import { CAPABILITIES, LIMITS, VendorOptionsError, soca, type SocaCredentials } from './index.ts';

describeVendor('Soca as a vendor', socaSubject);
describeVendor('Soca through a relay', socaRelaySubject);

const OPTIONS = { agentId: AGENT_ID, credentials: SOCA_CREDENTIALS };

function greetingOf(vendor: ReturnType<typeof soca>, credentials: SocaCredentials, resumedId?: string) {
  const resume = resumedId === undefined ? undefined : { conversationId: resumedId };
  const { send } = vendor.createSession(credentials, resume).open();
  expect(send).toHaveLength(1);
  const payload = send[0]?.payload;
  return { greeting: JSON.parse(String(payload)) as unknown, redacted: send[0]?.redacted ?? '' };
}

describe('soca', () => {
  test('greets with start: key, session, agent and 16000 Hz, and shows all but the key', () => {
    const { greeting, redacted } = greetingOf(soca(OPTIONS), SOCA_CREDENTIALS);
    expect(greeting).toEqual({
      type: 'start',
      private_key: SOCA_KEY,
      session_id: SOCA_CREDENTIALS.sessionId,
      agent_id: AGENT_ID,
      sr: 16_000,
    });
    expect(redacted).toContain('"private_key":"[redacted]"');
    expect(redacted).toContain(AGENT_ID);
    expect(redacted).not.toContain(SOCA_KEY);
  });

  test('names the language where it is asked for', () => {
    const { greeting } = greetingOf(soca({ ...OPTIONS, language: 'en' }), SOCA_CREDENTIALS);
    expect(greeting).toMatchObject({ lang: 'en' });
  });

  test('puts the key into the field of older deployments where asked', () => {
    const { greeting, redacted } = greetingOf(soca({ ...OPTIONS, keyField: 'token' }), SOCA_CREDENTIALS);
    expect(greeting).toMatchObject({ type: 'start', token: SOCA_KEY });
    expect(greeting).not.toHaveProperty('private_key');
    expect(redacted).not.toContain(SOCA_KEY);
  });

  test('greets a relay with its token, at its URL, and with no key and no session', () => {
    const vendor = soca({ ...OPTIONS, url: 'wss://soca.example/voice-ws', credentials: RELAY_CREDENTIALS });
    expect(vendor.connectionRequest(RELAY_CREDENTIALS)).toEqual({ url: RELAY_CREDENTIALS.relayUrl, subprotocols: [] });
    const { greeting } = greetingOf(vendor, RELAY_CREDENTIALS);
    expect(greeting).toEqual({ type: 'relay.start', token: SOCA_KEY, agent_id: AGENT_ID, sr: 16_000 });
  });

  test('connects to the vendor by default, and to the URL of the options where there is one', () => {
    expect(soca(OPTIONS).connectionRequest(SOCA_CREDENTIALS).url).toBe('wss://api.soca.ai/voice-ws');
    const url = 'ws://127.0.0.1:8787/voice-ws';
    expect(soca({ ...OPTIONS, url }).connectionRequest(SOCA_CREDENTIALS).url).toBe(url);
  });

  test('resumes by the id that the server gave, over the one in the credentials', () => {
    const session = soca(OPTIONS).createSession(SOCA_CREDENTIALS);
    session.open();
    expect(session.resumePoint()).toBeUndefined();
    session.receive('{"type":"ready","session_id":"renamed-7"}');
    expect(session.resumePoint()).toEqual({ conversationId: 'renamed-7' });
    const { greeting } = greetingOf(soca(OPTIONS), SOCA_CREDENTIALS, 'renamed-7');
    expect(greeting).toMatchObject({ session_id: 'renamed-7' });
    expect(greetingOf(soca(OPTIONS), RELAY_CREDENTIALS, 'renamed-7').greeting).toMatchObject({
      session_id: 'renamed-7',
    });
  });

  test('is not muted by the numbers of the connection before: a new session takes seq 1 after seq 40', () => {
    const vendor = soca(OPTIONS);
    const sentence = (seq: number) =>
      `{"stepType":"sentence","sentenceId":1,"audioBase64":"AAAA","chunkIndex":0,"isLastChunk":true,"seq":${seq}}`;
    for (const seq of [40, 1]) {
      const session = vendor.createSession(SOCA_CREDENTIALS);
      session.open();
      session.receive('{"type":"stt.ready"}');
      expect(session.receive(sentence(seq)).events.map(({ type }) => type)).toContain('agentAudio');
    }
  });

  test.each([
    ['no options', undefined, ['agentId']],
    ['no agent', { credentials: SOCA_CREDENTIALS }, ['agentId']],
    ['an empty agent id', { ...OPTIONS, agentId: '' }, ['agentId']],
    ['an https URL', { ...OPTIONS, url: 'https://soca.example' }, ['url']],
    ['a URL with a fragment', { ...OPTIONS, url: 'wss://soca.example/#top' }, ['url']],
    ['another language', { ...OPTIONS, language: 'fr' }, ['language']],
    ['no credentials', { agentId: AGENT_ID }, ['credentials']],
    ['a bare key', { agentId: AGENT_ID, credentials: SOCA_KEY }, ['credentials']],
    [
      'credentials without a session',
      { agentId: AGENT_ID, credentials: { privateKey: SOCA_KEY } },
      ['credentials', 'sessionId'],
    ],
  ])('refuses %s at construction, and quotes nothing', (_name, options, path) => {
    // @ts-expect-error -- plain JavaScript can pass anything
    const error = caught(() => soca(options));
    expect(error.details.issues.map((issue) => issue.path)).toContainEqual(path);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(SOCA_KEY);
  });

  test('keeps of the credentials only what it needs', () => {
    const vendor = soca(OPTIONS);
    const parsed = vendor.parseCredentials({ ...SOCA_CREDENTIALS, plan: 'gold' });
    expect(parsed).toEqual({ ok: true, message: SOCA_CREDENTIALS });
  });

  test('declares 640 bytes of 16 kHz PCM per 20 ms up, 22050 Hz MP3 down, replies by id', () => {
    expect(soca(OPTIONS).capabilities).toBe(CAPABILITIES);
    expect(CAPABILITIES).toMatchObject({
      uplinkMessageMs: 20,
      downlinkAudio: { encoding: 'mp3', sampleRate: 22_050 },
      generationKey: { kind: 'id' },
      commands: ['endUserTurn', 'interrupt'],
      canResume: true,
    });
    const { sampleRate, frameMs, frameSamples, frameBytes } = LIMITS;
    expect([frameSamples, frameBytes]).toEqual([(sampleRate * frameMs) / 1000, frameSamples * 2]);
  });

  test('uses the platform’s base64 decoder where one is given', () => {
    let calls = 0;
    const decodeWhole = (base64: string): Uint8Array => {
      calls++;
      return Uint8Array.from(Buffer.from(base64, 'base64'));
    };
    const session = soca(OPTIONS).createSession(SOCA_CREDENTIALS, undefined, { decodeWhole });
    session.open();
    session.receive('{"type":"stt.ready"}');
    const base64 = 'AAEC'.repeat(200);
    session.receive(
      `{"stepType":"sentence","sentenceId":1,"audioBase64":"${base64}","chunkIndex":0,"isLastChunk":true,"seq":1}`,
    );
    expect(calls).toBe(1);
  });
});

function caught(act: () => unknown): VendorOptionsError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof VendorOptionsError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}
