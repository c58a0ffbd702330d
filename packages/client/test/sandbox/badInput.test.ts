import { describe, expect, test } from 'vitest';
import { TransportError, VoiceError, type ErrorCode } from '../../src/index.ts';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

/** Tries to connect. Whatever comes of it, nothing may be left open. */
async function failToConnect(options: ConversationOptions): Promise<{ error: VoiceError; conversation: Conversation }> {
  const conversation = await createConversation(options);
  const error = await settle(conversation.clock, conversation.session.connect());
  if (!(error instanceof VoiceError)) throw new Error('connect() did not fail.');
  await conversation.clock.advance(5_000);
  return { error, conversation };
}

function expectReleased({ clock, session }: Conversation): void {
  expect(clock.pendingTimers, 'timers left').toBe(0);
  expect(['failed', 'disconnected']).toContain(session.status);
  expect(session.agentState).toBe('idle');
}

describe('a connection that cannot be made', () => {
  test.each<[string, ConversationOptions, ErrorCode]>([
    ['a token that is refused', { faults: ['auth-failed'] }, 'auth-failed'],
    ['a server that never says connected', { faults: ['never-connected'] }, 'accept-timeout'],
    ['a session that cannot be set up', { faults: ['setup-failed'] }, 'session-setup-failed'],
    ['an upgrade that is refused', { faults: ['upgrade-refused'] }, 'connect-failed'],
    [
      'a server that is not there',
      { credentials: () => ({ token: 'secret-token', ws_url: 'ws://nowhere.example/ws' }) },
      'connect-failed',
    ],
    ['credentials of the wrong shape', { credentials: () => ({ tokken: 'x' }) }, 'credentials-invalid'],
    [
      'a credentials function that throws',
      {
        credentials: () => {
          throw new Error('boom');
        },
      },
      'credentials-failed',
    ],
    [
      'a credentials function that throws one of our errors',
      {
        credentials: () => {
          throw new TransportError('credentials-rejected', 'No.');
        },
      },
      'credentials-rejected',
    ],
    ['credentials that never come', { credentials: () => new Promise(() => undefined) }, 'credentials-timeout'],
    ['a microphone at a rate the DSP does not know', { microphoneRate: 12_345 }, 'unsupported-sample-rate'],
    ['a speaker at a rate the DSP does not know', { speakerRate: 12_345 }, 'unsupported-sample-rate'],
  ])('%s', async (_name, options, code) => {
    const { error, conversation } = await failToConnect(options);
    expect(error.code).toBe(code);
    expect(JSON.stringify(error.details) + error.message).not.toContain('secret-token');
    expect(conversation.session.status).toBe('failed');
    expect(conversation.eventsOf('disconnected'), 'never connected, so never disconnected').toEqual([]);
    expect(conversation.eventsOf('error'), 'the promise told it already').toEqual([]);
    expectReleased(conversation);
  });

  test('can be tried again on the same session', async () => {
    let isFirst = true;
    const conversation = await createConversation();
    const { clock, session } = conversation;
    const failing = await createConversation({
      credentials: () => {
        if (isFirst) {
          isFirst = false;
          throw new Error('boom');
        }
        return { token: 't', ws_url: 'ws://nowhere.example/ws' };
      },
    });
    expect(await settle(failing.clock, failing.session.connect())).toMatchObject({ code: 'credentials-failed' });
    expect(await settle(failing.clock, failing.session.connect())).toMatchObject({ code: 'connect-failed' });
    await settle(clock, session.connect());
    await settle(clock, session.disconnect());
    expect(await settle(clock, session.connect())).toBeUndefined();
    await settle(clock, session.disconnect());
    expectReleased(conversation);
  });
});

describe('a session that meets what it does not expect', () => {
  const connect = async (options: ConversationOptions): Promise<Conversation> => {
    const conversation = await createConversation(options);
    expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
    return conversation;
  };

  test('text that is no JSON is an error event, and the conversation goes on', async () => {
    const conversation = await connect({ faults: ['non-json-text'] });
    await conversation.clock.advance(6_000);
    expect(conversation.eventsOf('error').map(({ code }) => code)).toContain('malformed-message');
    expect(conversation.session.status).toBe('connected');
    expect(conversation.eventsOf('agentSpeechStarted').length).toBe(1);
    await settle(conversation.clock, conversation.session.disconnect());
    expectReleased(conversation);
  });

  test('audio cut inside a sample is reported once and played without losing one sample', async () => {
    const conversation = await connect({ faults: ['odd-frames'] });
    await conversation.clock.advance(10_000);
    expect(conversation.eventsOf('error').map(({ code }) => code)).toEqual(['odd-audio-length']);
    const sent = conversation.sandbox.ledger.connections[0]?.sentPcm() ?? new Int16Array(0);
    const played = conversation.played().filter((value) => value !== 0);
    const sentSpeech = Float32Array.from(sent, (value) => value / 32_768).filter((value) => value !== 0);
    expect(played.length).toBe(sentSpeech.length);
    expect(played.every((value, i) => value === sentSpeech[i])).toBe(true);
    await settle(conversation.clock, conversation.session.disconnect());
    expectReleased(conversation);
  });

  test('an unknown reason for the end is a typed reason with the vendor’s word', async () => {
    const conversation = await connect({ faults: ['unknown-end-reason'] });
    await conversation.clock.advance(10_000);
    const [reason] = conversation.eventsOf('disconnected');
    expect(reason).toMatchObject({ code: 'unknown', isRetryable: true });
    expect(reason?.vendorReason).toBeTruthy();
    expect(conversation.session.status).toBe('disconnected');
    expectReleased(conversation);
  });

  test('a socket that drops is connection-lost', async () => {
    const conversation = await connect({ faults: ['dropped'], reconnect: false });
    await conversation.clock.advance(10_000);
    expect(conversation.eventsOf('disconnected').map(({ code }) => code)).toEqual(['connection-lost']);
    expect(conversation.eventsOf('error').map(({ code }) => code)).toEqual(['connection-lost']);
    expect(conversation.session.status).toBe('failed');
    expectReleased(conversation);
  });

  test('an agent that never reports ready is heard all the same', async () => {
    const conversation = await connect({ faults: ['never-ready'] });
    await conversation.clock.advance(20_000);
    expect(conversation.session.status).toBe('connected');
    await settle(conversation.clock, conversation.session.disconnect());
    expectReleased(conversation);
  });

  test('a burst of audio faster than real time is played whole', async () => {
    const conversation = await connect({ faults: ['burst'] });
    await conversation.clock.advance(15_000);
    const sent = Float32Array.from(
      conversation.sandbox.ledger.connections[0]?.sentPcm() ?? [],
      (value) => value / 32_768,
    );
    const played = conversation.played().filter((value) => value !== 0);
    const sentSpeech = sent.filter((value) => value !== 0);
    expect(played.length).toBe(sentSpeech.length);
    expect(conversation.session.stats().output.discardedSamples).toBe(0);
    await settle(conversation.clock, conversation.session.disconnect());
  });

  test('the server going down ends the session with server-shutdown', async () => {
    const conversation = await connect({ reconnect: false });
    conversation.sandbox.close();
    await conversation.clock.advance(10_000);
    expect(conversation.eventsOf('disconnected').map(({ code }) => code)).toEqual(['server-shutdown']);
    expectReleased(conversation);
  });
});

describe('disconnect', () => {
  test.each([0, 5, 20, 60, 119, 121, 400])(
    '%d ms into connect() wins: connect() is rejected and everything is released',
    async (afterMs) => {
      const conversation = await createConversation({
        delayMs: 20,
        sandbox: { voiceApi: { connectedDelayMs: 50, agentReadyDelayMs: 500 } },
      });
      const { clock, session } = conversation;
      const connecting = session.connect().then(
        () => 'connected',
        (error: unknown) => (error instanceof VoiceError ? error.code : 'other'),
      );
      await clock.advance(afterMs);
      const again = session.disconnect();
      expect(session.disconnect()).toBe(again);
      await settle(clock, again);
      expect(await connecting).toBe('connect-aborted');
      await clock.advance(2_000);
      expect(session.status).toBe('disconnected');
      expectReleased(conversation);
    },
  );

  test('an aborted signal does the same, before and during connect()', async () => {
    const conversation = await createConversation();
    const early = AbortSignal.abort();
    await expect(conversation.session.connect({ signal: early })).rejects.toMatchObject({ code: 'connect-aborted' });
    const controller = new AbortController();
    const connecting = conversation.session.connect({ signal: controller.signal });
    controller.abort();
    expect(await settle(conversation.clock, connecting)).toMatchObject({ code: 'connect-aborted' });
    await conversation.clock.advance(2_000);
    expectReleased(conversation);
  });

  test('connect() twice joins one attempt', async () => {
    const { clock, session, sandbox } = await createConversation();
    const both = Promise.all([session.connect(), session.connect()]);
    await settle(clock, both);
    await session.connect();
    expect(sandbox.ledger.connectionCount).toBe(1);
    await settle(clock, session.disconnect());
  });

  test('a wrong volume is refused with its value', async () => {
    const { session } = await createConversation();
    expect(() => session.setVolume(1.5)).toThrow(/1\.5/);
    expect(() => session.setVolume(Number.NaN)).toThrow(VoiceError);
  });
});
