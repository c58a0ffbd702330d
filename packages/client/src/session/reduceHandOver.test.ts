import type { SessionEvent } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import { createVoiceError } from '../errors.ts';
import { reduce } from './reduce.ts';
import { DEFAULT_RETRY_POLICY } from './retryPolicy.ts';
import {
  INITIAL_STATE,
  type ReducerSettings,
  type SessionEffect,
  type SessionInput,
  type SessionState,
} from './state.ts';

const OVERLAPPING: ReducerSettings = {
  timeouts: { credentialsMs: 1_000, connectMs: 2_000, acceptMs: 3_000, agentReadyMs: 4_000, closeMs: 500 },
  retryPolicy: DEFAULT_RETRY_POLICY,
  handOverAfterMs: 60_000,
  handOverByMs: 120_000,
  mayOverlap: true,
};

const CONNECTED: SessionState = {
  ...INITIAL_STATE,
  status: 'connected',
  attempt: 1,
  lastAttempt: 1,
  isAccepted: true,
  wasConnected: true,
  agentState: 'listening',
};

const DUE: SessionInput = { type: 'timerFired', attempt: 1, timer: 'handOver' };
const said = (attempt: number, event: Exclude<SessionEvent, { type: 'agentAudio' }>): SessionInput => ({
  type: 'vendorSaid',
  attempt,
  event,
});
const TO_READY: readonly SessionInput[] = [
  DUE,
  { type: 'credentialsArrived', attempt: 2 },
  { type: 'socketOpened', attempt: 2 },
  said(2, { type: 'sessionAccepted' }),
  said(2, { type: 'uplinkOpened' }),
  said(2, { type: 'agentReady' }),
];

function run(inputs: readonly SessionInput[], from = CONNECTED, settings = OVERLAPPING, nowMs = 60_000) {
  let state = from;
  let effects: readonly SessionEffect[] = [];
  for (const input of inputs) ({ state, effects } = reduce(state, input, settings, nowMs));
  return { state, effects, names: effects.map(({ type }) => type) };
}

describe('a hand-over where connections may overlap', () => {
  test('opens the next connection beside the one that holds, and changes over when it is ready', () => {
    const ready = run(TO_READY);
    expect(ready.state).toMatchObject({ status: 'connected', attempt: 1, successor: { attempt: 2, phase: 'ready' } });
    const { state, effects, names } = run([DUE], ready.state);
    expect(state).toMatchObject({ status: 'connected', attempt: 2, successor: null, connectedMs: 60_000 });
    expect(names).toEqual(['adoptSuccessor', 'openGate', 'armTimer', 'emit']);
    expect(effects.at(-1)).toMatchObject({ name: 'handedOver', event: { isResumed: false } });
  });

  test.each([
    ['the agent speaks', { agentState: 'speaking' }],
    ['the agent is about to', { agentState: 'thinking' }],
    ['the user speaks', { isUserSpeaking: true }],
  ] as const)('neither begins nor changes over while %s, up to the limit', (_name, talk) => {
    const looksAgain = [{ type: 'armTimer', timer: 'handOver', delayMs: 100 }];
    expect(run([DUE], { ...CONNECTED, ...talk }).effects).toEqual(looksAgain);
    const ready: SessionState = { ...run(TO_READY).state, ...talk };
    expect(run([DUE], ready, OVERLAPPING, 119_999).effects).toEqual(looksAgain);
    expect(run([DUE], ready, OVERLAPPING, 120_000).names).toContain('adoptSuccessor');
  });

  test.each<[string, SessionInput]>([
    ['fails', { type: 'attemptFailed', attempt: 2, error: createVoiceError('connect-failed', 'No.') }],
    [
      'closes',
      {
        type: 'socketClosed',
        attempt: 2,
        closeCode: 1006,
        leftForMs: null,
        verdict: { code: 'connection-lost', retry: 'backoff', vendorCode: '' },
      },
    ],
    ['takes too long', DUE],
    ['is sent away', said(2, { type: 'sessionEnded', cause: 'server-ended', vendorReason: '' })],
  ])(
    'a next connection that %s is dropped and tried again in 5 s; the one that holds is not touched',
    (_name, failure) => {
      const { state, effects } = run([...TO_READY.slice(0, 3), failure]);
      expect(state).toMatchObject({ status: 'connected', attempt: 1, successor: null });
      expect(effects).toEqual([{ type: 'dropSuccessor' }, { type: 'armTimer', timer: 'handOver', delayMs: 5_000 }]);
      // Its number is taken for good: what it still reports means nothing.
      expect(run([DUE], state).state.successor?.attempt).toBe(3);
      expect(run([{ type: 'socketOpened', attempt: 2 }], state).effects).toEqual([]);
    },
  );

  test('a connection that breaks meanwhile is replaced at once where the next is ready, else by a third', () => {
    const stalled: SessionInput = { type: 'connectionStalled', attempt: 1, stalledMs: 1_000 };
    const changed = run([stalled], run(TO_READY).state);
    expect(changed.state).toMatchObject({ status: 'connected', attempt: 2 });
    const broken = run([stalled], run(TO_READY.slice(0, 3)).state);
    expect(broken.state).toMatchObject({ status: 'reconnecting', attempt: 3, successor: null });
    expect(broken.names).toContain('dropSuccessor');
  });

  test('a user who hangs up meanwhile leaves neither', () => {
    const { state, names } = run([...TO_READY, { type: 'disconnectRequested' }]);
    expect(state).toMatchObject({ status: 'disconnecting', successor: null });
    expect(names).toContain('dropSuccessor');
  });
});

test('where connections may not overlap, a hand-over leaves the old one, and opens the next when that is closed', () => {
  const settings = { ...OVERLAPPING, mayOverlap: false };
  const left = run([DUE], CONNECTED, settings);
  expect(left.state).toMatchObject({ status: 'reconnecting', phase: 'delay', attempt: 2 });
  expect(left.effects.at(-1)).toEqual({ type: 'dropConnection', farewell: 'graceful' });
  const { state, names } = run([{ type: 'connectionLeft', attempt: 2 }], left.state, settings);
  expect(state.phase).toBe('credentials');
  expect(names).toEqual(['clearTimer', 'loadCredentials', 'armTimer']);
});

test('a hand-over is timed from the moment at which the connection stands', () => {
  const agent: SessionState = { ...CONNECTED, status: 'connecting', phase: 'agent', wasConnected: false };
  const { effects } = run([said(1, { type: 'agentReady' })], agent);
  expect(effects).toContainEqual({ type: 'armTimer', timer: 'handOver', delayMs: 60_000 });
});
