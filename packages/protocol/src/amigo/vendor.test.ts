// This file runs the vendor contract for Amigo and checks what is its own: options, URL, token, capabilities.
import { describe, expect, test } from 'vitest';
import {
  AMIGO_OPTIONS,
  AMIGO_SECRET,
  CONVERSATION_ID,
  SERVICE_ID,
  amigoManualSubject,
  amigoVadSubject,
} from '../../test/amigoSubject.ts';
import { AUDIO } from '../../test/amigoTalk.ts';
import { readFiller } from '../amigo-shared/agentActions.ts';
import { describeVendor } from '../neutral/vendor.contract.ts';
import { VendorOptionsError, amigo, type AmigoOptions } from './index.ts';

describeVendor('Amigo as a vendor, where the server detects turns', amigoVadSubject);
describeVendor('Amigo as a vendor, where the client detects turns', amigoManualSubject);

const BASE = 'wss://api.amigo.ai/v1/acme/conversation/converse_realtime';
const urlOf = (options: Partial<AmigoOptions>): string =>
  amigo({ ...AMIGO_OPTIONS, ...options }).connectionRequest({ token: AMIGO_SECRET }).url;

describe('the connection', () => {
  test('has the token in its one subprotocol, and asks for PCM voice and no actions', () => {
    const request = amigo(AMIGO_OPTIONS).connectionRequest({ token: AMIGO_SECRET });
    expect(request).toEqual({
      url: `${BASE}?response_format=voice&audio_format=pcm&current_agent_action_type=%5E%24`,
      subprotocols: [`bearer.authorization.amigo.ai.${AMIGO_SECRET}`],
    });
  });

  test.each<[string, Partial<AmigoOptions>, string]>([
    ['a region', { region: 'eu' }, 'wss://api-eu-central-1.amigo.ai/v1/acme/'],
    [
      'a base URL',
      { baseUrl: 'http://127.0.0.1:8080/' },
      'ws://127.0.0.1:8080/v1/acme/conversation/converse_realtime?',
    ],
    ['a base URL in capitals', { baseUrl: 'HTTPS://relay.example/a' }, 'wss://relay.example/a/v1/acme/'],
    ['an organization', { organization: 'a/b c' }, 'wss://api.amigo.ai/v1/a%2Fb%20c/conversation/'],
    ['text', { responseFormat: 'text' }, `${BASE}?response_format=text&current_agent_action_type=`],
    ['MP3', { audioFormat: 'mp3', turnMode: 'manual' }, `${BASE}?response_format=voice&audio_format=mp3&`],
    [
      'fillers',
      { readFiller },
      `${BASE}?response_format=voice&audio_format=pcm&current_agent_action_type=%5Eaction-too-long%24`,
    ],
    [
      'a filter',
      { actionFilter: '^tool-call-', readFiller },
      `${BASE}?response_format=voice&audio_format=pcm&current_agent_action_type=%5Etool-call-`,
    ],
  ])('goes where %s says', (_name, options, start) => {
    expect(urlOf(options).slice(0, start.length)).toBe(start);
  });

  test('uses the base64 that it is given', () => {
    const encodeWhole = () => 'TOLD';
    const session = amigo(AMIGO_OPTIONS).createSession({ token: AMIGO_SECRET }, undefined, { encodeWhole });
    session.open();
    for (const wire of amigoVadSubject.acceptance) session.receive(wire);
    const result = session.command({ type: 'sendAudio', bytes: AUDIO });
    expect(result.ok && result.step.send[0]?.payload).toContain('"audio":"TOLD"');
  });

  test('sends the message that describes the audio as one that must not be dropped', () => {
    const session = amigo(AMIGO_OPTIONS).createSession({ token: AMIGO_SECRET });
    session.open();
    for (const wire of amigoVadSubject.acceptance) session.receive(wire);
    const kinds = [1, 2].map(() => {
      const result = session.command({ type: 'sendAudio', bytes: AUDIO });
      return result.ok ? result.step.send.map(({ kind }) => kind) : [];
    });
    expect(kinds).toEqual([['control'], ['audio']]);
  });
});

describe('the options', () => {
  const secretive = (options: object) => ({ ...AMIGO_OPTIONS, ...options });
  test.each<[string, unknown, readonly (readonly string[])[]]>([
    ['nothing', undefined, [['organization'], ['serviceId'], ['credentials']]],
    ['no organization', secretive({ organization: '' }), [['organization']]],
    ['a service by its name', secretive({ serviceId: 'support' }), [['serviceId']]],
    ['a conversation by its name', secretive({ conversationId: 'last' }), [['conversationId']]],
    ['an unknown region', secretive({ region: 'moon' }), [['region']]],
    ['a socket URL', secretive({ baseUrl: 'wss://api.amigo.ai' }), [['baseUrl']]],
    ['an unknown format', secretive({ audioFormat: 'opus' }), [['audioFormat']]],
    ['an unknown mode', secretive({ turnMode: 'auto' }), [['turnMode']]],
    ['MP3 where the server detects turns', secretive({ audioFormat: 'mp3' }), [['turnMode']]],
    ['MP3 of the user where the server detects turns', secretive({ uplinkFormat: 'mp3' }), [['turnMode']]],
    ['an unknown format of the user', secretive({ uplinkFormat: 'opus', turnMode: 'manual' }), [['uplinkFormat']]],
    ['a filter with look-ahead', secretive({ actionFilter: '^(?!tool)' }), [['actionFilter']]],
    ['a filter with look-behind', secretive({ actionFilter: '(?<=tool)-' }), [['actionFilter']]],
    ['a filter that refers back', secretive({ actionFilter: '(a)\\1' }), [['actionFilter']]],
    ['a filter with half a character', secretive({ actionFilter: '^\uD800$' }), [['actionFilter']]],
    ['a rate of 4 kHz', secretive({ downstreamSampleRate: 4000 }), [['downstreamSampleRate']]],
    ['a rate between two', secretive({ downstreamSampleRate: 22_050.5 }), [['downstreamSampleRate']]],
    ['a reader that cannot be called', secretive({ readFiller: true }), [['readFiller']]],
    ['a bare token', secretive({ credentials: AMIGO_SECRET }), [['credentials']]],
    ['a token with padding', secretive({ credentials: { token: `${AMIGO_SECRET}=` } }), [['credentials', 'token']]],
  ])('refuse %s, and quote nothing', (_name, options, paths) => {
    const error = caught(() => amigo(options as AmigoOptions));
    expect(error).toMatchObject({ code: 'invalid-vendor-options', retryable: false });
    expect(error.details.issues.map(({ path }) => path)).toEqual(paths);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(AMIGO_SECRET);
  });

  test('take groups that RE2 has', () => {
    expect(() => amigo({ ...AMIGO_OPTIONS, actionFilter: '^(?:tool|(?P<a>b))-' })).not.toThrow();
  });

  test('give 60 ms messages in base64, 1150 messages a minute, a keep-alive each 15 s, one connection', () => {
    const { timeouts, commands, ...capabilities } = amigo(AMIGO_OPTIONS).capabilities;
    expect(capabilities).toEqual({
      uplinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
      downlinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
      uplinkMessageMs: 60,
      uplinkFraming: 'base64-json',
      needsContinuousUplink: true,
      turnDetector: 'server',
      generationKey: { kind: 'id' },
      canResume: true,
      mayOverlapConnections: false,
      keepAlive: { idleMs: 15_000 },
      maxMessageRate: { messageCount: 1150, windowMs: 60_000 },
      maxOutboundMessageBytes: 1_000_000,
      maxInboundMessageBytes: 4_194_304,
    });
    expect(timeouts.closeMs).toBe(500);
    expect(commands).not.toContain('interrupt');
  });

  test('give MP3 of unknown rate, or PCM of the rate they name', () => {
    const mp3 = amigo({ ...AMIGO_OPTIONS, audioFormat: 'mp3', turnMode: 'manual' }).capabilities;
    expect(mp3).toMatchObject({
      downlinkAudio: { encoding: 'mp3' },
      turnDetector: 'client',
      needsContinuousUplink: false,
    });
    expect(mp3.commands).not.toContain('setTurnDetector');
    const pcm = amigo({ ...AMIGO_OPTIONS, downstreamSampleRate: 24_000 }).capabilities.downlinkAudio;
    expect(pcm).toEqual({ encoding: 'pcm-s16le', sampleRate: 24_000 });
  });

  test('take MP3 from the user as the page has it, and then the server detects no turns', () => {
    const mp3 = amigo({ ...AMIGO_OPTIONS, uplinkFormat: 'mp3', turnMode: 'manual' }).capabilities;
    expect(mp3).toMatchObject({
      uplinkAudio: { encoding: 'mp3', sampleRate: 44_100, channelCount: 2, bitRateKbps: 128 },
      downlinkAudio: { encoding: 'pcm-s16le' },
      turnDetector: 'client',
    });
    expect(mp3.commands).not.toContain('setTurnDetector');
  });

  test('continue the conversation they name, and a resume point before it', () => {
    const vendor = amigo({ ...AMIGO_OPTIONS, conversationId: CONVERSATION_ID });
    const greetingOf = (resume?: { conversationId: string }) =>
      vendor.createSession({ token: AMIGO_SECRET }, resume).open().send[0]?.payload;
    expect(greetingOf()).toContain(CONVERSATION_ID);
    expect(greetingOf({ conversationId: SERVICE_ID })).toContain(SERVICE_ID);
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
