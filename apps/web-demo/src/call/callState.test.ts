import { describe, expect, test } from 'vitest';
import { INITIAL_CALL_STATE, isLive, reduceCall, type CallAction, type CallState } from './callState.ts';
import { describeCallButton, describeStatus } from './wording.ts';

const LOST = { kind: 'failure', code: 'connection-lost', text: 'The connection broke.', canRetry: true } as const;

function after(...actions: CallAction[]): CallState {
  return actions.reduce(reduceCall, INITIAL_CALL_STATE);
}

describe('reduceCall', () => {
  test('a new call forgets the last problem and the last ending, and keeps the mute', () => {
    const state = after(
      { type: 'muteToggled' },
      { type: 'problemArose', problem: LOST },
      { type: 'callEnded', code: 'user' },
      { type: 'callStarted' },
    );
    expect(state).toEqual({ ...INITIAL_CALL_STATE, isMuted: true });
  });

  test('hanging up says so while the vendor is asked to finish, and a new call knows nothing of it', () => {
    const finishing = after({ type: 'statusChanged', status: 'connected' }, { type: 'finishBegun' });
    expect([describeStatus(finishing), describeCallButton(finishing)]).toEqual(['Hanging up…', 'Hang up']);
    const ended = [
      { type: 'statusChanged', status: 'disconnected' },
      { type: 'callEnded', code: 'client-ended' },
    ] as const;
    expect(describeStatus(ended.reduce<CallState>(reduceCall, finishing))).toBe('You hung up.');
    expect(reduceCall(finishing, { type: 'callStarted' }).isFinishing).toBe(false);
  });

  test('pressing mute twice opens the microphone again', () => {
    expect(after({ type: 'muteToggled' }, { type: 'muteToggled' }).isMuted).toBe(false);
  });
});

describe('The words for a state', () => {
  test.each([
    { status: 'disconnected', label: 'Connect', words: 'Ready when you are.', live: false },
    {
      status: 'connecting',
      label: 'Cancel',
      words: 'Connecting… Allow the microphone if the browser asks.',
      live: true,
    },
    { status: 'connected', label: 'Hang up', words: 'Connected: the agent is getting ready.', live: true },
    { status: 'reconnecting', label: 'Hang up', words: 'The connection broke. Reconnecting…', live: true },
    { status: 'disconnecting', label: 'Hanging up…', words: 'Hanging up…', live: true },
    { status: 'failed', label: 'Connect', words: 'Not connected.', live: false },
  ] as const)('$status: the button says "$label"', ({ status, label, words, live }) => {
    const state = after({ type: 'statusChanged', status });
    expect(describeCallButton(state)).toBe(label);
    expect(describeStatus(state)).toBe(words);
    expect(isLive(status)).toBe(live);
  });

  test('a call that ended well says how, one that ended in a code of the future names it', () => {
    expect(describeStatus(after({ type: 'callEnded', code: 'agent-ended' }))).toBe('The agent said goodbye.');
    expect(describeStatus(after({ type: 'callEnded', code: 'connection-lost' }))).toBe(
      'The call ended (connection-lost).',
    );
  });

  test('while connected they tell what the agent does', () => {
    const connected = { type: 'statusChanged', status: 'connected' } as const;
    const state = after(connected, { type: 'agentStateChanged', agentState: 'speaking' });
    expect(describeStatus(state)).toBe('Connected: the agent is speaking.');
  });
});
