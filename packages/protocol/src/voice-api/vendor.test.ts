// This file runs the vendor contract for the Voice API and checks what is this vendor's own: its options and greeting.
import { describe, expect, test } from 'vitest';
import { voiceApiSubject, SECRET } from '../../test/voiceApiSubject.ts';
import { describeVendor } from '../neutral/vendor.contract.ts';
import { LIMITS, VendorOptionsError, voiceApi } from './index.ts';

const CREDENTIALS = { token: SECRET, ws_url: 'wss://voice.example:8443/api/v1/sdk/ws?room=7' };

describeVendor('Voice API as a vendor', voiceApiSubject);

describe('voiceApi', () => {
  test('passes a credentials function on, without calling it', () => {
    const source = () => Promise.reject(new Error('called'));
    expect(voiceApi({ credentials: source }).credentials).toBe(source);
  });

  test('takes literal credentials', () => {
    expect(voiceApi({ credentials: CREDENTIALS }).credentials).toBe(CREDENTIALS);
  });

  test.each([
    ['no options', undefined, [['credentials']]],
    ['no credentials', {}, [['credentials']]],
    ['a bare token', { credentials: SECRET }, [['credentials']]],
    ['null', { credentials: null }, [['credentials']]],
    [
      'a literal without fields',
      { credentials: {} },
      [
        ['credentials', 'token'],
        ['credentials', 'ws_url'],
      ],
    ],
    [
      'a literal with a wrong URL',
      { credentials: { token: SECRET, ws_url: `https://${SECRET}` } },
      [['credentials', 'ws_url']],
    ],
  ])('refuses %s at construction, and quotes nothing', (_name, options, paths) => {
    // @ts-expect-error -- plain JavaScript can pass anything
    const error = caught(() => voiceApi(options));
    expect(error).toMatchObject({ name: 'VendorOptionsError', code: 'invalid-vendor-options', retryable: false });
    expect(error.details.issues.map(({ path }) => path)).toEqual(paths);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(SECRET);
  });

  test('connects to the URL exactly as given, without a subprotocol', () => {
    const vendor = voiceApi({ credentials: CREDENTIALS });
    expect(vendor.connectionRequest(CREDENTIALS)).toEqual({ url: CREDENTIALS.ws_url, subprotocols: [] });
  });

  test('keeps only token and URL of the credentials', () => {
    const vendor = voiceApi({ credentials: CREDENTIALS });
    expect(vendor.parseCredentials({ ...CREDENTIALS, region: 'eu' })).toEqual({ ok: true, message: CREDENTIALS });
  });

  test('greets with the token and nothing else, shown as [redacted]', () => {
    const session = voiceApi({ credentials: CREDENTIALS }).createSession(CREDENTIALS);
    expect(session.open()).toEqual({
      send: [{ kind: 'control', payload: `{"token":"${SECRET}"}`, redacted: '{"token":"[redacted]"}' }],
      events: [],
    });
  });

  test('sends the 640 bytes of the command themselves', () => {
    const session = voiceApi({ credentials: CREDENTIALS }).createSession(CREDENTIALS);
    session.open();
    session.receive('{"type":"connected"}');
    const bytes = new Uint8Array(8192).subarray(640, 1280);
    const result = session.command({ type: 'sendAudio', bytes });
    expect(result).toEqual({
      ok: true,
      step: { send: [{ kind: 'audio', payload: bytes, redacted: '[audio 640 bytes]' }], events: [] },
    });
    expect(result.ok && result.step.send[0]?.payload).toBe(bytes);
  });

  test('declares the capabilities of the pages: 640 bytes of 16 kHz PCM per 20 ms, nothing to interrupt or resume with', () => {
    const { capabilities } = voiceApi({ credentials: CREDENTIALS });
    expect(capabilities).toEqual({
      uplinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
      downlinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
      uplinkMessageMs: 20,
      uplinkFraming: 'binary',
      needsContinuousUplink: true,
      turnDetector: 'server',
      generationKey: { kind: 'none', arrivalGapMs: 300 },
      commands: [],
      canResume: false,
      mayOverlapConnections: true,
      keepAlive: null,
      maxMessageRate: null,
      maxOutboundMessageBytes: null,
      maxInboundMessageBytes: 4_194_304,
      timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 15_000, closeMs: 1000 },
    });
    const { sampleRate, frameMs, frameSamples, frameBytes } = LIMITS;
    expect([frameSamples, frameBytes]).toEqual([(sampleRate * frameMs) / 1000, frameSamples * 2]);
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
