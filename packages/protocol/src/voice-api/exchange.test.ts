// This file leads whole conversations: the client's session against the server's half of the codec.
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../neutral/session.ts';
import type { SessionStep } from '../neutral/vendor.ts';
import {
  CLOSE_CODES,
  encodeServerMessage,
  parseClientMessage,
  parseTokenResponse,
  voiceApi,
  type ServerMessage,
} from './index.ts';

const ANSWER = '{"token":"eyJ0.e30.c2ln","ws_url":"wss://voice.example/api/v1/sdk/ws"}';

/** A client's session, and a server that sees what it sends and says what the test tells it to. */
function startExchange() {
  const answer = parseTokenResponse(200, ANSWER);
  if (!answer.ok) throw new Error(answer.code);
  const vendor = voiceApi({ credentials: () => answer.message });
  const credentials = vendor.parseCredentials(answer.message);
  if (!credentials.ok) throw new Error('credentials');
  const session = vendor.createSession(credentials.message);
  const seen: string[] = [];
  const events: SessionEvent[] = [];
  const take = (step: SessionStep): void => {
    events.push(...step.events);
    for (const { payload } of step.send) {
      const parsed = parseClientMessage(payload);
      seen.push(parsed.ok ? describe_(parsed.message) : 'unreadable');
    }
  };
  const describe_ = (message: { type: string; token?: string; bytes?: Uint8Array }): string =>
    `${message.type} ${message.token ?? message.bytes?.length}`;
  return {
    seen,
    events,
    session,
    open: () => take(session.open()),
    say: (...messages: readonly ServerMessage[]) => {
      for (const message of messages) take(session.receive(encodeServerMessage(message)));
    },
    speak: (bytes: Uint8Array) => {
      const result = session.command({ type: 'sendAudio', bytes });
      if (result.ok) take(result.step);
      return result.ok;
    },
    close: (code: number) => session.closed({ code, reason: '', wasOpen: true }),
  };
}

const FRAME = new Uint8Array(640).fill(1);
const REPLY: ServerMessage = { type: 'audio', bytes: new Uint8Array(640).fill(2) };

describe('a conversation', () => {
  test('goes token, connected, audio up, agent_ready, audio down, session_ended, close 1000', () => {
    const talk = startExchange();
    talk.open();
    expect(talk.speak(FRAME)).toBe(false);
    talk.say({ type: 'connected' });
    expect([talk.speak(FRAME), talk.speak(FRAME)]).toEqual([true, true]);
    talk.say({ type: 'agent_ready' }, REPLY, REPLY, { type: 'session_ended', reason: 'agent_disconnected' }, REPLY);
    expect(talk.speak(FRAME)).toBe(false);
    expect(talk.seen).toEqual(['auth eyJ0.e30.c2ln', 'audio 640', 'audio 640']);
    expect(talk.events.map(({ type }) => type)).toEqual([
      'sessionAccepted',
      'uplinkOpened',
      'agentReady',
      'agentAudio',
      'agentAudio',
      'sessionEnded',
    ]);
    expect(talk.close(CLOSE_CODES.ended)).toEqual({ code: 'ended', retry: 'none', vendorCode: 'agent_disconnected' });
  });

  test('with an expired token: error AUTH_FAILED, close 4003, to be tried again with a new token', () => {
    const talk = startExchange();
    talk.open();
    talk.say({ type: 'error', code: 'AUTH_FAILED', message: 'Invalid or expired token eyJ0.e30.c2ln' });
    expect(talk.events).toEqual([
      { type: 'vendorError', vendorCode: 'AUTH_FAILED', vendorMessage: 'Invalid or expired token [redacted]' },
    ]);
    const verdict = talk.close(CLOSE_CODES.authFailed);
    expect(verdict).toEqual({ code: 'auth-failed', retry: 'new-credentials', vendorCode: 'AUTH_FAILED' });
  });

  test('that cannot be set up: error SESSION_SETUP_FAILED after connected, close 4500, to be tried again later', () => {
    const talk = startExchange();
    talk.open();
    talk.say({ type: 'connected' }, { type: 'error', code: 'SESSION_SETUP_FAILED', message: 'no agent' });
    const verdict = talk.close(CLOSE_CODES.sessionSetupFailed);
    expect(verdict).toEqual({ code: 'session-setup-failed', retry: 'backoff', vendorCode: 'SESSION_SETUP_FAILED' });
  });

  test('survives frames of 640, 320, 1, 639, 0 and 64000 bytes and hands on all but the empty one', () => {
    const talk = startExchange();
    talk.open();
    const lengthsBytes = [640, 320, 1, 639, 0, 64_000];
    talk.say(
      { type: 'connected' },
      ...lengthsBytes.map((length) => ({ type: 'audio', bytes: new Uint8Array(length) }) as const),
    );
    const heardBytes = talk.events.flatMap((event) => (event.type === 'agentAudio' ? [event.bytes.length] : []));
    expect(heardBytes).toEqual([640, 320, 1, 639, 64_000]);
  });

  test('goes on after a notice from the future and text between two halves of audio', () => {
    const talk = startExchange();
    talk.open();
    talk.say({ type: 'connected' }, REPLY);
    talk.say({ type: 'unknown', messageType: 'weather', raw: { type: 'weather' } }, { type: 'agent_ready' }, REPLY);
    expect(talk.events.map(({ type }) => type)).toEqual([
      'sessionAccepted',
      'uplinkOpened',
      'agentAudio',
      'unknownMessage',
      'agentReady',
      'agentAudio',
    ]);
  });
});
