import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import { reduce } from './reduce.ts';
import { DEFAULT_RETRY_POLICY } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type TimerName,
} from './state.ts';

const TIMEOUTS = { credentialsMs: 1_000, connectMs: 2_000, acceptMs: 3_000, agentReadyMs: 4_000, closeMs: 500 };

const SETTINGS: ReducerSettings = {
  timeouts: TIMEOUTS,
  retryPolicy: null,
  handOverAfterMs: null,
  handOverByMs: null,
  mayOverlap: false,
};

/** Runs inputs through the reducer. Inputs without an attempt get the current one. */
function run(
  inputs: readonly SessionInput[],
  from: SessionState = INITIAL_STATE,
  settings: ReducerSettings = SETTINGS,
  nowMs = 0,
): { state: SessionState; effects: SessionEffect[] } {
  let state = from;
  let effects: SessionEffect[] = [];
  for (const input of inputs) {
    const transition = reduce(state, input, settings, nowMs);
    state = transition.state;
    effects = [...transition.effects];
  }
  return { state, effects };
}

const attempt = 1;
const vendorSaid = (event: Exclude<SessionEvent, { type: 'agentAudio' }>): SessionInput => ({
  type: 'vendorSaid',
  attempt,
  event,
});
const TO_ACCEPTANCE: readonly SessionInput[] = [
  { type: 'connectRequested' },
  { type: 'audioStarted', attempt },
  { type: 'credentialsArrived', attempt },
  { type: 'socketOpened', attempt },
];
const TO_AGENT = [...TO_ACCEPTANCE, vendorSaid({ type: 'sessionAccepted' })];
const TO_CONNECTED = [...TO_AGENT, vendorSaid({ type: 'agentReady' })];
const LOST = {
  type: 'socketClosed',
  attempt,
  closeCode: 1006,
  leftForMs: null,
  verdict: { code: 'connection-lost', retry: 'backoff', vendorCode: '1006' },
} as const satisfies SessionInput;

const names = (effects: readonly SessionEffect[]): string[] =>
  effects.map((effect) =>
    effect.type === 'emit'
      ? effect.name
      : effect.type === 'armTimer' || effect.type === 'clearTimer'
        ? `${effect.type} ${effect.timer}`
        : effect.type,
  );

describe('reduce: connecting', () => {
  test('goes audio, credentials, socket, acceptance, agent, connected, and asks for one thing at a time', () => {
    const path = TO_CONNECTED.map((_, i) => run(TO_CONNECTED.slice(0, i + 1)));
    expect(path.map(({ state }) => state.phase ?? state.status)).toEqual([
      'audio',
      'credentials',
      'socket',
      'acceptance',
      'agent',
      'connected',
    ]);
    expect(path.map(({ effects }) => names(effects))).toEqual([
      ['statusChanged', 'startAudio'],
      ['loadCredentials', 'armTimer credentials'],
      ['clearTimer credentials', 'openSocket', 'armTimer socket'],
      ['clearTimer socket', 'armTimer acceptance', 'greetVendor'],
      ['clearTimer acceptance', 'armTimer agent'],
      ['clearTimer agent', 'settleConnect', 'statusChanged', 'agentStateChanged'],
    ]);
  });

  test('the gate follows what the vendor says of its uplink, and not the acceptance', () => {
    const accepted = run(TO_AGENT).state;
    expect(names(run([vendorSaid({ type: 'uplinkOpened' })], accepted).effects)).toEqual(['openGate']);
    expect(names(run([vendorSaid({ type: 'uplinkClosed' })], accepted).effects)).toEqual(['closeGate']);
  });

  test('agent audio counts as an agent that listens', () => {
    expect(run([...TO_AGENT, { type: 'agentHeard', attempt }]).state.status).toBe('connected');
  });

  test('agentReady before acceptance does not connect, and a second acceptance opens nothing twice', () => {
    expect(run([...TO_ACCEPTANCE, vendorSaid({ type: 'agentReady' })]).state.status).toBe('connecting');
    expect(run([...TO_AGENT, vendorSaid({ type: 'sessionAccepted' })]).effects).toEqual([]);
  });

  test('connect again while connecting or connected changes nothing', () => {
    expect(run([{ type: 'connectRequested' }, { type: 'connectRequested' }]).effects).toEqual([]);
    expect(run([...TO_CONNECTED, { type: 'connectRequested' }]).effects).toEqual([]);
  });

  test.each<[TimerName, readonly SessionInput[], string]>([
    ['credentials', TO_ACCEPTANCE.slice(0, 2), 'credentials-timeout'],
    ['socket', TO_ACCEPTANCE.slice(0, 3), 'connect-timeout'],
    ['acceptance', TO_ACCEPTANCE, 'accept-timeout'],
  ])('the %s limit releases everything, then rejects connect with its own code', (timer, inputs, code) => {
    const timedOut = run([...inputs, { type: 'timerFired', attempt, timer }]);
    expect(timedOut.state.status).toBe('disconnecting');
    expect(names(timedOut.effects)).toContain('release');
    const done = run([{ type: 'released' }], timedOut.state);
    expect(done.state.status).toBe('failed');
    const settle = done.effects.find((effect) => effect.type === 'settleConnect');
    expect(settle?.type === 'settleConnect' && settle.error?.code).toBe(code);
    expect(names(done.effects)).not.toContain('error');
    expect(names(done.effects)).not.toContain('disconnected');
  });

  test('an agent that never reports ready is reported, and the session goes on', () => {
    const { state, effects } = run([...TO_AGENT, { type: 'timerFired', attempt, timer: 'agent' }]);
    expect(state.status).toBe('connected');
    const error = effects.find((effect) => effect.type === 'emit' && effect.name === 'error');
    expect(error?.type === 'emit' && error.name === 'error' && error.event.code).toBe('agent-not-ready');
  });

  test('disconnect wins over connect in every phase: connect is rejected with connect-aborted', () => {
    for (let length = 1; length <= TO_AGENT.length; length++) {
      const stopped = run([...TO_AGENT.slice(0, length), { type: 'disconnectRequested' }]);
      expect(stopped.state.status).toBe('disconnecting');
      const late = TO_AGENT.slice(length).reduce((state, input) => run([input], state).state, stopped.state);
      const done = run([{ type: 'released' }], late);
      expect(done.state.status).toBe('disconnected');
      const settle = done.effects.find((effect) => effect.type === 'settleConnect');
      expect(settle?.type === 'settleConnect' && settle.error?.code).toBe('connect-aborted');
      expect(names(done.effects).slice(0, 2)).toEqual(['settleConnect', 'settleDisconnect']);
    }
  });
});

describe('reduce: ending', () => {
  test('a lost connection is one error event and one disconnected event with the same code', () => {
    const lost = run([...TO_CONNECTED, LOST]);
    const done = run([{ type: 'released' }], lost.state);
    expect(done.state.status).toBe('failed');
    const emitted = done.effects.flatMap((effect) =>
      effect.type === 'emit' && (effect.name === 'error' || effect.name === 'disconnected') ? [effect.event.code] : [],
    );
    expect(emitted).toEqual(['connection-lost', 'connection-lost']);
  });

  test('after the vendor said goodbye its close is no error, and the agent is heard out', () => {
    const ended = run([
      ...TO_CONNECTED,
      vendorSaid({ type: 'sessionEnded', cause: 'unknown', vendorReason: 'meteor' }),
    ]);
    expect(ended.effects.at(-1)).toEqual({ type: 'release', letAgentFinish: true, awaitServerClose: true });
    const done = run([{ ...LOST }, { type: 'released' }], ended.state);
    expect(done.state.status).toBe('disconnected');
    const event = done.effects.find((effect) => effect.type === 'emit' && effect.name === 'disconnected');
    expect(event?.type === 'emit' && event.event).toEqual({
      code: 'unknown',
      isRetryable: true,
      vendorReason: 'meteor',
    });
  });

  test('a user who hangs up while the agent is heard out gets the same teardown, hurried', () => {
    const ended = run([...TO_CONNECTED, vendorSaid({ type: 'sessionEnded', cause: 'agent-ended', vendorReason: '' })]);
    const { state, effects } = run([{ type: 'disconnectRequested' }], ended.state);
    expect(effects).toEqual([{ type: 'release', letAgentFinish: false, awaitServerClose: false }]);
    expect(state).toEqual(ended.state);
  });

  test('disconnect when nothing is connected is done at once', () => {
    expect(names(run([{ type: 'disconnectRequested' }]).effects)).toEqual(['settleDisconnect']);
  });

  test('whatever an earlier attempt reports is ignored', () => {
    const { state } = run([...TO_CONNECTED, LOST, { type: 'released' }, { type: 'connectRequested' }]);
    expect(state.attempt).toBe(2);
    for (const input of [
      ...TO_CONNECTED.slice(1),
      LOST,
      { type: 'attemptFailed', attempt, error: createVoiceError('connect-failed', 'Late.') } as const,
    ]) {
      expect(run([input], state)).toEqual({ state, effects: [] });
    }
  });

  test('a failure after the end changes nothing', () => {
    const ended = run([...TO_CONNECTED, { type: 'disconnectRequested' }]).state;
    expect(run([{ type: 'audioFailed', error: createVoiceError('microphone-ended', 'Late.') }], ended)).toEqual({
      state: ended,
      effects: [],
    });
  });
});

describe('reduce: talking', () => {
  test('agentState follows what can be heard', () => {
    const connected = run(TO_CONNECTED).state;
    const speaking = run([{ type: 'agentSpeech', isAudible: true }], connected);
    expect(speaking.state.agentState).toBe('speaking');
    expect(names(speaking.effects)).toEqual(['agentStateChanged']);
    expect(run([{ type: 'agentSpeech', isAudible: false }], speaking.state).state.agentState).toBe('listening');
  });

  test('a message that cannot be read is an error event and nothing more', () => {
    const connected = run(TO_CONNECTED).state;
    const { state, effects } = run(
      [vendorSaid({ type: 'malformedMessage', issues: [{ path: [], expected: 'JSON', received: 'text' }] })],
      connected,
    );
    expect(state).toEqual(connected);
    expect(effects.map((effect) => effect.type === 'emit' && effect.name === 'error' && effect.event.code)).toEqual([
      'malformed-message',
    ]);
  });

  test('an unknown message is its own event, not an error', () => {
    expect(names(run([...TO_CONNECTED, vendorSaid({ type: 'unknownMessage', messageType: 'mood' })]).effects)).toEqual([
      'unknownMessage',
    ]);
  });
});

describe('reduce: reconnecting', () => {
  const RETRYING: ReducerSettings = { ...SETTINGS, retryPolicy: DEFAULT_RETRY_POLICY };
  const reconnect = (nowMs = 10_000) => run([LOST], run(TO_CONNECTED, INITIAL_STATE, RETRYING).state, RETRYING, nowMs);
  const second = 2;
  const REACCEPTED: readonly SessionInput[] = [
    { type: 'timerFired', attempt: second, timer: 'retry' },
    { type: 'credentialsArrived', attempt: second },
    { type: 'socketOpened', attempt: second },
    { type: 'vendorSaid', attempt: second, event: { type: 'sessionAccepted', isResumed: true } },
  ];

  test('a connection that breaks is dropped and tried again at once, with fresh credentials', () => {
    const { state, effects } = reconnect();
    expect(state).toMatchObject({ status: 'reconnecting', phase: 'delay', attempt: second, isAccepted: false });
    expect(names(effects).filter((name) => !name.startsWith('clearTimer'))).toEqual([
      'statusChanged',
      'dropConnection',
      'armRetry',
    ]);
    expect(effects.at(-1)).toEqual({ type: 'armRetry', delay: { minMs: 0, maxMs: 0 } });
    const retried = run(REACCEPTED.slice(0, 1), state, RETRYING, 10_000);
    expect(names(retried.effects)).toEqual(['clearTimer retry', 'loadCredentials', 'armTimer credentials']);
  });

  test('is connected again when the agent listens, and says whether the conversation was resumed', () => {
    const accepted = run(REACCEPTED, reconnect().state, RETRYING, 10_000).state;
    const { state, effects } = run([{ type: 'agentHeard', attempt: second }], accepted, RETRYING, 11_000);
    expect(state).toMatchObject({ status: 'connected', connectedMs: 11_000 });
    const status = effects.find((effect) => effect.type === 'emit' && effect.name === 'statusChanged');
    expect(status).toMatchObject({ event: { status: 'connected', previous: 'reconnecting', isResumed: true } });
  });

  test('what the first connection still reports is ignored', () => {
    const { state } = reconnect();
    for (const input of [LOST, ...TO_CONNECTED.slice(1)]) expect(run([input], state, RETRYING).effects).toEqual([]);
  });

  test('a connection that breaks within 5 s goes on counting failures; one that held starts anew', () => {
    const back = run(
      [...REACCEPTED, { type: 'agentHeard', attempt: second }],
      reconnect().state,
      RETRYING,
      11_000,
    ).state;
    const again = { ...LOST, attempt: second };
    expect(run([again], back, RETRYING, 15_999).state.retry?.failureCount).toBe(2);
    expect(run([again], back, RETRYING, 16_000).state.retry?.failureCount).toBe(1);
  });

  test('the network coming back ends the wait; a connection that stands is looked after, one that begins is left alone', () => {
    const { state } = reconnect();
    const hurried = run([{ type: 'networkReturned' }], state, RETRYING);
    expect(hurried.state.phase).toBe('credentials');
    expect(run([{ type: 'networkReturned' }], run(TO_ACCEPTANCE).state, RETRYING).effects).toEqual([]);
    expect(run([{ type: 'networkReturned' }], run(TO_CONNECTED).state, RETRYING).effects).toEqual([
      { type: 'checkConnection' },
    ]);
  });

  test('a connection that stalls breaks like any other', () => {
    const connected = run(TO_CONNECTED, INITIAL_STATE, RETRYING).state;
    const { state } = run([{ type: 'connectionStalled', attempt, stalledMs: 1000 }], connected, RETRYING);
    expect(state.status).toBe('reconnecting');
  });

  test('when the budget is spent, the session fails with the last error, once', () => {
    const settings = { ...RETRYING, retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: 1 } };
    const connected = run(TO_CONNECTED, INITIAL_STATE, settings).state;
    const waiting = run([LOST], connected, settings).state;
    const gaveUp = run([{ ...LOST, attempt: second }], waiting, settings);
    expect(gaveUp.state.status).toBe('disconnecting');
    const { state, effects } = run([{ type: 'released' }], gaveUp.state, settings);
    expect(state.status).toBe('failed');
    expect(names(effects).filter((name) => name === 'disconnected' || name === 'error')).toEqual([
      'error',
      'disconnected',
    ]);
  });

  test('disconnect while reconnecting ends it as the user wished', () => {
    const ending = run([{ type: 'disconnectRequested' }], reconnect().state, RETRYING);
    expect(names(ending.effects)).toContain('clearTimer retry');
    const { state, effects } = run([{ type: 'released' }], ending.state, RETRYING);
    expect(state.status).toBe('disconnected');
    const reason = effects.find((effect) => effect.type === 'emit' && effect.name === 'disconnected');
    expect(reason).toMatchObject({ event: { code: 'user' } });
  });

  test('before the first connection only a refused token is tried again, once', () => {
    const refused = (n: number): SessionInput => ({
      type: 'socketClosed',
      attempt: n,
      closeCode: 4003,
      leftForMs: null,
      verdict: { code: 'auth-failed', retry: 'new-credentials', vendorCode: 'AUTH_FAILED' },
    });
    const first = run([...TO_ACCEPTANCE, refused(1)], INITIAL_STATE, RETRYING);
    expect(first.state).toMatchObject({ status: 'connecting', phase: 'delay' });
    expect(run([refused(2)], first.state, RETRYING).state.status).toBe('disconnecting');
    expect(run([...TO_ACCEPTANCE, LOST], INITIAL_STATE, RETRYING).state.status).toBe('disconnecting');
  });

  test.each(['conversation-not-found', 'conversation-busy'] as const)(
    '%s for the old conversation ends the session, which may be connected again: to a new one',
    (code) => {
      const refused: SessionInput = {
        ...LOST,
        attempt: second,
        leftForMs: 100,
        verdict: { code, retry: 'never', vendorCode: '4004' },
      };
      const { state, effects } = run([...REACCEPTED.slice(0, 3), refused], reconnect().state, RETRYING);
      expect(state.status).toBe('disconnecting');
      expect(names(effects)).toContain('forgetConversation');
      const done = run([{ type: 'released' }], state, RETRYING);
      const reason = done.effects.find((effect) => effect.type === 'emit' && effect.name === 'disconnected');
      expect(reason).toMatchObject({ event: { code: 'conversation-gone', isRetryable: true } });
    },
  );

  test.each([
    [34_999, 'conversation-held', false],
    [35_000, 'conversation-gone', true],
  ] as const)(
    'a conversation that may be held by its lost connection for 35 s, refused after %d ms and not tried again, ends with %s',
    (leftForMs, code, isForgotten) => {
      const verdict = { code: 'conversation-busy', retry: 'backoff', maxRetryMs: 35_000, vendorCode: '4009' } as const;
      const refused: SessionInput = { ...LOST, attempt: second, leftForMs, verdict };
      const impatient = { ...RETRYING, retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: 1 } };
      const { state, effects } = run([...REACCEPTED.slice(0, 3), refused], reconnect().state, impatient);
      expect(names(effects).includes('forgetConversation')).toBe(isForgotten);
      const done = run([{ type: 'released' }], state, impatient);
      const reason = done.effects.find((effect) => effect.type === 'emit' && effect.name === 'disconnected');
      expect(reason).toMatchObject({ event: { code, isRetryable: true } });
    },
  );
});
