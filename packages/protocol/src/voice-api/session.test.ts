// This file checks the session table row by row: every phase against every input, legal or not.
import { describe, expect, test } from 'vitest';
import { END_REASONS, ERROR_CODES } from './constants.ts';
import type { ServerMessage } from './messages.ts';
import {
  INITIAL_STATE,
  WIRE_AUDIO,
  reduceSession,
  type Phase,
  type SessionInput,
  type SessionState,
  type Transition,
} from './session.ts';

const BYTES = new Uint8Array(640).fill(7);

const received = (message: ServerMessage): SessionInput => ({ type: 'received', parsed: { ok: true, message } });

const INPUTS = {
  opened: { type: 'opened', token: 't' },
  connected: received({ type: 'connected' }),
  agent_ready: received({ type: 'agent_ready' }),
  binary: received({ type: 'audio', bytes: BYTES }),
  emptyBinary: received({ type: 'audio', bytes: new Uint8Array(0) }),
  session_ended: received({ type: 'session_ended', reason: 'room_closed' }),
  error: received({ type: 'error', code: 'AUTH_FAILED', message: 'no' }),
  unknownType: received({ type: 'unknown', messageType: 'x', raw: { type: 'x' } }),
  unreadable: { type: 'received', parsed: { ok: false, issues: [] } },
  sendAudio: { type: 'commanded', command: { type: 'sendAudio', bytes: BYTES } },
  keepAlive: { type: 'commanded', command: { type: 'keepAlive' } },
  leave: { type: 'commanded', command: { type: 'leave' } },
  interrupt: { type: 'commanded', command: { type: 'interrupt' } },
  closed: { type: 'closed' },
} as const satisfies Record<string, SessionInput>;

type InputName = keyof typeof INPUTS;

/** Next phase, then what came out: `>` what is sent, otherwise events; `refused` for a refused command. */
type Outcome = readonly [Phase, ...string[]];

const LIVE = {
  error: ['vendorError'],
  unknownType: ['unknownMessage'],
  unreadable: ['malformedMessage'],
} as const;

const stays = (phase: Phase): Record<InputName, Outcome> => ({
  opened: [phase],
  connected: [phase],
  agent_ready: [phase],
  binary: [phase],
  emptyBinary: [phase],
  session_ended: [phase],
  error: [phase],
  unknownType: [phase],
  unreadable: [phase],
  sendAudio: [phase, 'refused'],
  keepAlive: [phase, 'refused'],
  leave: [phase, 'refused'],
  interrupt: [phase, 'refused'],
  closed: ['closed'],
});

const live = (phase: Phase): Record<InputName, Outcome> => ({
  ...stays(phase),
  error: [phase, ...LIVE.error],
  unknownType: [phase, ...LIVE.unknownType],
  unreadable: [phase, ...LIVE.unreadable],
  session_ended: ['ended', 'sessionEnded'],
  keepAlive: [phase],
  leave: ['ended', 'sessionEnded'],
});

const TABLE: Readonly<Record<Phase, Record<InputName, Outcome>>> = {
  created: { ...stays('created'), opened: ['authenticating', '>auth'] },
  authenticating: {
    ...live('authenticating'),
    connected: ['connected', 'sessionAccepted', 'uplinkOpened'],
    agent_ready: ['readyTooEarly'],
    binary: ['authenticating', 'malformedMessage'],
  },
  readyTooEarly: {
    ...live('readyTooEarly'),
    connected: ['agentReady', 'sessionAccepted', 'uplinkOpened', 'agentReady'],
    binary: ['readyTooEarly', 'malformedMessage'],
  },
  connected: {
    ...live('connected'),
    agent_ready: ['agentReady', 'agentReady'],
    binary: ['connected', 'agentAudio'],
    sendAudio: ['connected', '>audio'],
  },
  agentReady: { ...live('agentReady'), binary: ['agentReady', 'agentAudio'], sendAudio: ['agentReady', '>audio'] },
  ended: stays('ended'),
  closed: stays('closed'),
};

function outcomeOf({ state, send, events, refused }: Transition): Outcome {
  const sent = send.map(({ type }) => `>${type}`);
  return [state.phase, ...sent, ...events.map(({ type }) => type), ...(refused ? ['refused'] : [])];
}

function run(...names: readonly InputName[]): SessionState {
  return names.reduce((state, name) => reduceSession(state, INPUTS[name]).state, INITIAL_STATE);
}

describe('reduceSession', () => {
  for (const [phase, row] of Object.entries(TABLE) as [Phase, (typeof TABLE)[Phase]][]) {
    for (const [name, outcome] of Object.entries(row) as [InputName, Outcome][]) {
      test(`${phase} × ${name} → ${outcome.join(', ')}`, () => {
        const state: SessionState = { phase };
        const frozen = Object.freeze(state);
        expect(outcomeOf(reduceSession(frozen, INPUTS[name]))).toEqual(outcome);
      });
    }
  }

  test('sends the token of this session first', () => {
    const { send } = reduceSession(INITIAL_STATE, { type: 'opened', token: 'eyJ0' });
    expect(send).toEqual([{ type: 'auth', token: 'eyJ0' }]);
  });

  test('hands audio on untouched, odd lengths included: joining halves of samples is the downlink’s work', () => {
    const bytes = new Uint8Array(639);
    const { events } = reduceSession(run('opened', 'connected'), received({ type: 'audio', bytes }));
    expect(events).toEqual([{ type: 'agentAudio', bytes, format: WIRE_AUDIO }]);
    expect(events[0]?.type === 'agentAudio' && events[0].bytes).toBe(bytes);
  });

  test.each([
    [END_REASONS.agentDisconnected, 'agent-ended'],
    [END_REASONS.sessionClosed, 'server-ended'],
    [END_REASONS.roomClosed, 'server-ended'],
    [END_REASONS.serverShutdown, 'server-shutdown'],
    ['kiosk_unplugged', 'unknown'],
    ['', 'unknown'],
    ['constructor', 'unknown'],
  ])('session_ended with reason "%s" has cause %s', (reason, cause) => {
    const { events } = reduceSession(run('opened', 'connected'), received({ type: 'session_ended', reason }));
    expect(events).toEqual([{ type: 'sessionEnded', cause, vendorReason: reason }]);
  });

  test.each([0, 1, 320, 639, 641, 1280, 8192])('refuses %d bytes of uplink audio where 640 are due', (lengthBytes) => {
    const state = run('opened', 'connected');
    const command = { type: 'sendAudio', bytes: new Uint8Array(lengthBytes) } as const;
    const { refused, send, state: next } = reduceSession(state, { type: 'commanded', command });
    expect(refused).toEqual([{ path: ['bytes'], expected: '640 bytes', received: `${lengthBytes} bytes` }]);
    expect(send).toEqual([]);
    expect(next).toBe(state);
  });
});

describe('the last word', () => {
  const error = (code: string) => received({ type: 'error', code, message: '' });
  const lastWordAfter = (...inputs: readonly SessionInput[]) =>
    inputs.reduce((state, input) => reduceSession(state, input).state, INITIAL_STATE).lastWord;
  const { opened, connected, binary, session_ended } = INPUTS;
  const ended = { type: 'session_ended', reason: 'room_closed' };

  test('is the error', () => {
    expect(lastWordAfter(opened, error('AUTH_FAILED'))).toEqual({ type: 'error', code: ERROR_CODES.authFailed });
  });
  test('is not taken from a known error by an unknown one, only the other way round', () => {
    const known = { type: 'error', code: 'AUTH_FAILED' };
    expect(lastWordAfter(opened, error('AUTH_FAILED'), error('X'))).toEqual(known);
    expect(lastWordAfter(opened, error('X'), error('AUTH_FAILED'))).toEqual(known);
    expect(lastWordAfter(opened, error('X'), error('Y'))).toEqual({ type: 'error', code: 'Y' });
  });
  test('is withdrawn by acceptance', () => {
    expect(lastWordAfter(opened, error('AUTH_TIMEOUT'), connected)).toBeUndefined();
  });
  test('is withdrawn by audio after an unknown error, and not after a known one', () => {
    expect(lastWordAfter(opened, connected, error('X'), binary)).toBeUndefined();
    expect(lastWordAfter(opened, connected, error('AUTH_FAILED'), binary)).toBeDefined();
  });
  test('is the farewell of an accepted session, whatever error came before it', () => {
    expect(lastWordAfter(opened, connected, error('SESSION_SETUP_FAILED'), session_ended)).toEqual(ended);
    expect(lastWordAfter(opened, session_ended)).toEqual(ended);
  });
  test('is our own leaving, unless the server had said one before', () => {
    const { leave } = INPUTS;
    expect(lastWordAfter(opened, connected, leave)).toEqual({ type: 'session_ended', reason: 'client-ended' });
    expect(lastWordAfter(opened, error('X'), leave)).toEqual({ type: 'error', code: 'X' });
  });
  test('stays the error of a session that was never accepted', () => {
    const failed = { type: 'error', code: 'SESSION_SETUP_FAILED' };
    expect(lastWordAfter(opened, error('SESSION_SETUP_FAILED'), session_ended)).toEqual(failed);
  });
});
