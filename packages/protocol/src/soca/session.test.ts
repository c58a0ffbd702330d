// This file checks the session table row by row: every phase against every input, legal or not.
import { describe, expect, test } from 'vitest';
import { AWAITED_CHUNK } from './speech.ts';
import type { SessionCommand } from '../neutral/session.ts';
import type { ServerMessage } from './messages.ts';
import {
  initialState,
  reduceSession,
  type Phase,
  type SessionInput,
  type SessionState,
  type Transition,
} from './session.ts';

const BYTES = new Uint8Array(640).fill(7);

const received = (message: ServerMessage): SessionInput => ({ type: 'received', parsed: { ok: true, message } });
const commanded = (command: SessionCommand): SessionInput => ({ type: 'commanded', command });

const INPUTS = {
  opened: { type: 'opened', greeting: { type: 'relay.start', token: 't', agent_id: 'a' } },
  ready: received({ type: 'ready', session_id: 'named-7' }),
  sttReady: received({ type: 'stt.ready' }),
  partial: received({ type: 'stt.partial', text: 'halo' }),
  final: received({ type: 'stt.final', text: 'Halo.' }),
  barge: received({ type: 'barge', seq: 3, reason: 'content_partial' }),
  sentence: received({
    type: 'sentence',
    step: { stepType: 'sentence', sentenceId: 1, contentStep: 'Ya.', chunkIndex: 0, isLastChunk: true, seq: 2 },
  }),
  finalAnswer: received({ type: 'final_answer', step: { stepType: 'final_answer', seq: 2 } }),
  error: received({ type: 'error', message: 'No agent' }),
  binary: received({ type: 'audio', bytes: BYTES }),
  unknownType: received({ type: 'unknown', messageType: 'x', raw: { type: 'x' } }),
  unreadable: { type: 'received', parsed: { ok: false, issues: [] } },
  sendAudio: commanded({ type: 'sendAudio', bytes: BYTES }),
  endUserTurn: commanded({ type: 'endUserTurn' }),
  interrupt: commanded({ type: 'interrupt' }),
  keepAlive: commanded({ type: 'keepAlive' }),
  leave: commanded({ type: 'leave' }),
  sendUserMessage: commanded({ type: 'sendUserMessage', text: 'halo' }),
  finish: commanded({ type: 'finish' }),
  staleWait: { type: 'waitExpired', wait: { awaited: AWAITED_CHUNK, limitMs: 5000 } },
  closed: { type: 'closed' },
} as const satisfies Record<string, SessionInput>;

type InputName = keyof typeof INPUTS;

/** Next phase, then what came out: `>` what is sent, otherwise events; `refused` for a refused command. */
type Outcome = readonly [Phase, ...string[]];

const COMMANDS: readonly InputName[] = [
  'sendAudio',
  'endUserTurn',
  'interrupt',
  'keepAlive',
  'leave',
  'sendUserMessage',
  'finish',
];

const stays = (phase: Phase): Record<InputName, Outcome> => {
  const outcome = (name: InputName): Outcome => {
    if (name === 'closed') return ['closed'];
    return COMMANDS.includes(name) ? [phase, 'refused'] : [phase];
  };
  const names = Object.keys(INPUTS) as InputName[];
  return Object.fromEntries(names.map((name) => [name, outcome(name)])) as Record<InputName, Outcome>;
};

const live = (phase: Phase): Record<InputName, Outcome> => ({
  ...stays(phase),
  binary: [phase, 'unknownMessage'],
  unknownType: [phase, 'unknownMessage'],
  unreadable: [phase, 'malformedMessage'],
  keepAlive: [phase],
  leave: ['ended', 'sessionEnded'],
});

const accepted = (phase: Phase): Record<InputName, Outcome> => ({
  ...live(phase),
  partial: [phase, 'transcript'],
  final: [phase, 'transcript'],
  barge: [phase, 'interrupted'],
  sentence: [phase, 'agentText'],
  finalAnswer: [phase, 'turnCompleted'],
  error: [phase, 'vendorError'],
});

const TABLE: Readonly<Record<Phase, Record<InputName, Outcome>>> = {
  created: { ...stays('created'), opened: ['starting', '>relay.start'] },
  starting: {
    ...live('starting'),
    ready: ['ready', 'sessionAccepted'],
    sttReady: ['listening', 'sessionAccepted', 'uplinkOpened', 'agentReady'],
    partial: ['starting', 'malformedMessage'],
    final: ['starting', 'malformedMessage'],
    barge: ['starting', 'malformedMessage'],
    sentence: ['starting', 'malformedMessage'],
    finalAnswer: ['starting', 'malformedMessage'],
    error: ['ended', 'vendorError', 'sessionEnded'],
  },
  ready: { ...accepted('ready'), sttReady: ['listening', 'uplinkOpened', 'agentReady'] },
  listening: {
    ...accepted('listening'),
    sendAudio: ['listening', '>audio'],
    endUserTurn: ['listening', '>stop'],
    interrupt: ['listening', '>barge'],
  },
  ended: stays('ended'),
  closed: stays('closed'),
};

function outcomeOf({ state, send, events, refused }: Transition): Outcome {
  const sent = send.map(({ type }) => `>${type}`);
  return [state.phase, ...sent, ...events.map(({ type }) => type), ...(refused ? ['refused'] : [])];
}

function inPhase(phase: Phase): SessionState {
  const wasAccepted = phase !== 'created' && phase !== 'starting';
  return Object.freeze({ ...initialState('asked-1'), phase, wasAccepted });
}

function run(...inputs: readonly SessionInput[]): SessionState {
  return inputs.reduce((state, input) => reduceSession(state, input).state, initialState('asked-1'));
}

describe('reduceSession', () => {
  for (const [phase, row] of Object.entries(TABLE) as [Phase, (typeof TABLE)[Phase]][]) {
    for (const [name, outcome] of Object.entries(row) as [InputName, Outcome][]) {
      test(`${phase} × ${name} → ${outcome.join(', ')}`, () => {
        const state = inPhase(phase);
        const transition = reduceSession(state, INPUTS[name]);
        expect(outcomeOf(transition)).toEqual(outcome);
        if (transition.refused) expect(transition.state).toBe(state);
      });
    }
  }

  test('reports the session by the name the server gave it, else by the one that was asked for', () => {
    const named = reduceSession(run(INPUTS.opened), INPUTS.ready);
    expect(named.events).toEqual([{ type: 'sessionAccepted', conversationId: 'named-7' }]);
    const unnamed = reduceSession(run(INPUTS.opened), INPUTS.sttReady);
    expect(unnamed.events[0]).toEqual({ type: 'sessionAccepted', conversationId: 'asked-1' });
  });

  test('takes ready after stt.ready, and a second stt.ready, without closing the gate', () => {
    const state = run(INPUTS.opened, INPUTS.sttReady, INPUTS.ready, INPUTS.sttReady);
    expect(state.phase).toBe('listening');
    expect(outcomeOf(reduceSession(state, INPUTS.sendAudio))).toEqual(['listening', '>audio']);
  });

  test.each([2, 640, 1280, 1600])('takes %d bytes of uplink audio', (lengthBytes) => {
    const input = commanded({ type: 'sendAudio', bytes: new Uint8Array(lengthBytes) });
    expect(reduceSession(inPhase('listening'), input).refused).toBeUndefined();
  });

  test.each([0, 1, 639, 1602, 8192])(
    'refuses %d bytes of uplink audio, of which at most 1600 may come',
    (lengthBytes) => {
      const input = commanded({ type: 'sendAudio', bytes: new Uint8Array(lengthBytes) });
      expect(reduceSession(inPhase('listening'), input).refused).toEqual([
        { path: ['bytes'], expected: 'whole samples, at most 1600 bytes', received: `${lengthBytes} bytes` },
      ]);
    },
  );

  test('passes an empty final transcript on, and partials before it, none of which stops the agent', () => {
    const state = run(INPUTS.opened, INPUTS.sttReady, INPUTS.sentence);
    const empty = received({ type: 'stt.final', text: '' });
    expect(reduceSession(state, INPUTS.partial).events).toEqual([{ type: 'transcript', text: 'halo', isFinal: false }]);
    expect(reduceSession(state, empty).events).toEqual([{ type: 'transcript', text: '', isFinal: true }]);
  });

  test.each(['stt.partial', 'stt.final'] as const)('reads a higher seq on %s as an interruption, first', (type) => {
    const state = run(INPUTS.opened, INPUTS.sttReady, INPUTS.sentence);
    const { events } = reduceSession(state, received({ type, text: 'halo', seq: 3 }));
    expect(events).toEqual([
      { type: 'interrupted', nextGeneration: '3' },
      { type: 'transcript', text: 'halo', isFinal: type === 'stt.final' },
    ]);
  });
});

describe('the last word', () => {
  const error = (message: string) => received({ type: 'error', message });

  test('is the error that kept the session from being accepted, and stays it', () => {
    const state = run(INPUTS.opened, error('Invalid or expired token'), error('other'), INPUTS.sttReady);
    expect(state.error).toBe('Invalid or expired token');
    expect(state.wasAccepted).toBe(false);
  });

  test('is withdrawn when the conversation goes on', () => {
    const failing = [INPUTS.opened, INPUTS.sttReady, error('Invalid or expired token')];
    expect(run(...failing).error).toBeDefined();
    for (const name of ['partial', 'final', 'barge', 'sentence', 'finalAnswer', 'sttReady'] as const) {
      expect(run(...failing, INPUTS[name]).error, name).toBeUndefined();
    }
    expect(run(...failing, INPUTS.unknownType).error).toBeDefined();
  });

  test('is our leaving, unless the server had failed', () => {
    expect(run(INPUTS.opened, INPUTS.sttReady, INPUTS.leave)).toMatchObject({ hasLeft: true });
    const failed = run(INPUTS.opened, INPUTS.sttReady, error('x'), INPUTS.leave);
    expect(failed).toMatchObject({ hasLeft: false, error: 'x' });
  });
});
