// This file checks the session table of Amigo row by row: every phase against every input, legal or not.
import { describe, expect, test } from 'vitest';
import { reduceSession } from './session.ts';
import type { ServerMessage } from './messages.ts';
import {
  initialState,
  waitOf,
  type Phase,
  type SessionInput,
  type SessionSettings,
  type SessionState,
} from './state.ts';

const SETTINGS: SessionSettings = {
  greeting: { type: 'client.start-conversation', service_id: 's' },
  detector: 'server',
  canDetectTurns: true,
  responseFormat: 'voice',
  downlinkAudio: { encoding: 'pcm-s16le', sampleRate: 16_000 },
  audioConfig: { format: 'pcm', sample_width: 2 },
  base64: {},
};

const received = (message: ServerMessage): SessionInput => ({ type: 'received', parsed: { ok: true, message } });
const commanded = (command: Extract<SessionInput, { type: 'commanded' }>['command']): SessionInput => ({
  type: 'commanded',
  command,
});
const complete = {
  type: 'server.interaction-complete',
  message_id: 'm',
  interaction_id: 'i',
  full_message: '',
  conversation_completed: false,
} as const;

const INPUTS = {
  opened: { type: 'opened' },
  created: received({ type: 'server.conversation-created', conversation_id: 'c' }),
  retrieved: received({ type: 'server.conversation-retrieved' }),
  piece: received({ type: 'server.new-message', message: 'AAA=', message_id: 'm', sequence_number: 0, stop: false }),
  complete: received(complete),
  over: received({ ...complete, conversation_completed: true }),
  completed: received({ type: 'server.conversation-completed' }),
  on: received({ type: 'server.vad-mode-switched', current_vad_mode_on: true }),
  off: received({ type: 'server.vad-mode-switched', current_vad_mode_on: false }),
  speech: received({ type: 'server.vad-speech-started', start: 1 }),
  reset: received({ type: 'server.vad-speech-reset-zero', timestamp: 0 }),
  action: received({ type: 'server.current-agent-action', action: { type: 'x' } }),
  error: received({ type: 'server.error' }),
  unknown: received({ type: 'unknown', messageType: 'x', raw: { type: 'x' } }),
  unreadable: { type: 'received', parsed: { ok: false, issues: [] } },
  sendAudio: commanded({ type: 'sendAudio', bytes: new Uint8Array(1920) }),
  endUserTurn: commanded({ type: 'endUserTurn' }),
  text: commanded({ type: 'sendUserMessage', text: 'Hi' }),
  update: commanded({ type: 'sendContextualUpdate', text: 'Hi' }),
  urgent: commanded({ type: 'sendContextualUpdate', text: 'Hi', startTurn: true }),
  interrupt: commanded({ type: 'interrupt' }),
  server: commanded({ type: 'setTurnDetector', detector: 'server' }),
  client: commanded({ type: 'setTurnDetector', detector: 'client' }),
  keepAlive: commanded({ type: 'keepAlive' }),
  finish: commanded({ type: 'finish' }),
  leave: commanded({ type: 'leave' }),
  raw: commanded({ type: 'sendRaw', message: { type: 'x' } }),
  rawRuled: commanded({ type: 'sendRaw', message: { type: 'client.finish-conversation' } }),
  closed: { type: 'closed' },
} as const satisfies Record<string, SessionInput>;

type InputName = keyof typeof INPUTS;

/** Next phase, then what came out: `>` what is sent, otherwise events; `refused` for a refused command. */
type Outcome = string;
type Row = Readonly<Record<InputName, Outcome>>;

const RECEIVED = [
  'created',
  'retrieved',
  'piece',
  'complete',
  'over',
  'completed',
  'on',
  'off',
  'speech',
  'reset',
  'action',
  'error',
  'unknown',
  'unreadable',
] as const satisfies readonly InputName[];
const COMMANDS = [
  'sendAudio',
  'endUserTurn',
  'text',
  'update',
  'urgent',
  'interrupt',
  'server',
  'client',
  'keepAlive',
  'finish',
  'leave',
  'raw',
  'rawRuled',
] as const satisfies readonly InputName[];

const rowOf = (names: readonly InputName[], outcome: Outcome): Partial<Row> =>
  Object.fromEntries(names.map((name) => [name, outcome]));

/** Before the socket opens, and after the end: nothing is heard, every command is refused. */
const deaf = (phase: Phase): Row =>
  ({ opened: phase, ...rowOf(RECEIVED, phase), ...rowOf(COMMANDS, `${phase} refused`), closed: 'closed' }) as Row;

const LIVE = (phase: Phase) => ({
  opened: phase,
  error: `${phase} vendorError`,
  unknown: `${phase} unknownMessage`,
  unreadable: `${phase} malformedMessage`,
  keepAlive: `${phase} >extend-timeout`,
  leave: 'ended >close-connection sessionEnded',
});

const conversing = (phase: Phase, own: Partial<Row>): Row => ({
  ...deaf(phase),
  ...LIVE(phase),
  piece: `${phase} agentAudio`,
  complete: `${phase} turnCompleted`,
  over: 'ended >close-connection turnCompleted sessionEnded',
  completed: 'ended >close-connection sessionEnded',
  speech: `${phase} userSpeechStarted`,
  reset: `${phase} speechClockReset`,
  action: `${phase} agentAction`,
  text: phase,
  update: phase,
  urgent: phase,
  finish: phase,
  raw: `${phase} >x`,
  ...own,
});

const TABLE: Readonly<Record<Phase, Row>> = {
  created: { ...deaf('created'), opened: 'opening >start-conversation' },
  opening: {
    ...deaf('opening'),
    ...rowOf(RECEIVED, 'opening malformedMessage'),
    ...LIVE('opening'),
    created: 'vadEnabling >switch-vad-mode sessionAccepted',
    retrieved: 'vadEnabling >switch-vad-mode sessionAccepted',
  },
  ready: conversing('ready', {
    piece: 'agentTurn agentAudio uplinkClosed',
    on: 'vad turnDetectorChanged',
    sendAudio: 'userAudio >new-audio-message',
    text: 'agentTurn >new-text-message uplinkClosed',
    urgent: 'agentTurn >new-text-message uplinkClosed',
    update: 'ready >new-text-message',
    server: 'vadEnabling >switch-vad-mode uplinkClosed',
    client: 'ready',
    finish: 'finishing >finish-conversation uplinkClosed',
  }),
  userAudio: conversing('userAudio', {
    on: 'vad turnDetectorChanged',
    sendAudio: 'userAudio >new-audio-message',
    endUserTurn: 'agentTurn >new-audio-message uplinkClosed',
    update: 'userAudio >new-text-message',
    finish: 'agentTurn >new-audio-message uplinkClosed',
  }),
  agentTurn: conversing('agentTurn', {
    complete: 'ready turnCompleted uplinkOpened',
    on: 'vad turnDetectorChanged uplinkOpened',
    update: 'agentTurn >new-text-message',
  }),
  vadEnabling: conversing('vadEnabling', { on: 'vad turnDetectorChanged uplinkOpened' }),
  vad: conversing('vad', {
    off: 'ready turnDetectorChanged',
    sendAudio: 'vad >new-audio-message',
    text: 'vad >new-text-message',
    update: 'vad >new-text-message',
    urgent: 'vad >new-text-message',
    server: 'vad',
    client: 'vadDisabling >switch-vad-mode',
    finish: 'vadDisabling >switch-vad-mode',
  }),
  vadDisabling: conversing('vadDisabling', {
    off: 'ready turnDetectorChanged',
    sendAudio: 'vadDisabling >new-audio-message',
  }),
  finishing: conversing('finishing', {}),
  ended: deaf('ended'),
  closed: deaf('closed'),
};

const stateIn = (phase: Phase, change: Partial<SessionState> = {}): SessionState =>
  Object.freeze({
    ...initialState(SETTINGS),
    phase,
    wasAccepted: true,
    isAgentReady: true,
    wait: waitOf(phase),
    ...change,
  });

function outcomeOf(state: SessionState, input: SessionInput, settings = SETTINGS): Outcome {
  const { state: next, send, events, refused } = reduceSession(state, input, settings);
  const sent = send.map(({ type }) => `>${type.replace('client.', '').replace('unknown', 'x')}`);
  return [next.phase, ...sent, ...events.map(({ type }) => type), ...(refused ? ['refused'] : [])].join(' ');
}

describe('reduceSession', () => {
  for (const [phase, row] of Object.entries(TABLE) as [Phase, Row][]) {
    for (const [name, outcome] of Object.entries(row) as [InputName, Outcome][]) {
      test(`${phase} × ${name} → ${outcome}`, () => {
        expect(outcomeOf(stateIn(phase), INPUTS[name])).toBe(outcome);
      });
    }
  }

  test('is ready at once where the client detects turns', () => {
    const settings: SessionSettings = { ...SETTINGS, detector: 'client' };
    const opening: SessionState = { ...initialState(settings), phase: 'opening' };
    expect(outcomeOf(opening, INPUTS.created, settings)).toBe('ready sessionAccepted agentReady uplinkOpened');
  });

  test('says that the agent is ready once, however often turn detection changes', () => {
    const first = reduceSession(stateIn('vadEnabling', { isAgentReady: false }), INPUTS.on, SETTINGS);
    expect(first.events.map(({ type }) => type)).toEqual(['turnDetectorChanged', 'agentReady', 'uplinkOpened']);
    expect(outcomeOf({ ...first.state, phase: 'vadEnabling' }, INPUTS.on)).not.toContain('agentReady');
  });

  test('refuses a 17th text that waits, a text of blanks, and one of more than 1 MB of UTF-8', () => {
    let state = stateIn('agentTurn');
    for (let count = 0; count < 16; count++) state = reduceSession(state, INPUTS.text, SETTINGS).state;
    expect(outcomeOf(state, INPUTS.text)).toBe('agentTurn refused');
    const say = (text: string) => outcomeOf(stateIn('vad'), commanded({ type: 'sendUserMessage', text }));
    expect(say(' \n')).toBe('vad refused');
    expect(say('é'.repeat(499_000))).toBe('vad >new-text-message');
    expect(say('é'.repeat(500_000))).toBe('vad refused');
    expect(say('\u{1f600}'.repeat(249_900))).toBe('vad >new-text-message');
    expect(say('\u{1f600}'.repeat(250_000))).toBe('vad refused');
  });
});

describe('waits', () => {
  const expire = (state: SessionState) => {
    if (state.wait === undefined) throw new Error('Nothing is awaited.');
    return reduceSession(state, { type: 'expired', wait: state.wait }, SETTINGS);
  };
  const said = ({ events }: { readonly events: readonly { readonly type: string }[] }) =>
    events.map(({ type }) => type);

  test.each([
    ['vadEnabling', 5000],
    ['vadDisabling', 12_000],
    ['finishing', 10_000],
    ['agentTurn', 45_000],
    ['vad', undefined],
    ['ready', undefined],
  ] as const)('%s: %s ms', (phase, limitMs) => {
    expect(waitOf(phase)?.limitMs).toBe(limitMs);
  });

  test('for detection to start: asked for twice, then the client detects turns', () => {
    const once = expire(stateIn('vadEnabling', { isAgentReady: false }));
    expect(once.send).toEqual([{ type: 'client.switch-vad-mode', vad_mode_on: true }]);
    expect(once.events).toEqual([]);
    const twice = expire(once.state);
    expect(twice.send).toEqual([]);
    expect(said(twice)).toEqual(['waitExpired', 'turnDetectorChanged', 'agentReady', 'uplinkOpened']);
    expect(twice.state).toMatchObject({ phase: 'ready', detector: 'client', wait: undefined });
  });

  test('for detection to stop before finishing: leaves without finishing, and may be taken up again', () => {
    const { state, send, events } = expire(stateIn('vadDisabling', { wantsFinish: true }));
    expect(send).toEqual([{ type: 'client.close-connection' }]);
    expect(events).toEqual([
      { type: 'waitExpired', awaited: 'turn-detector-off', limitMs: 12_000 },
      { type: 'sessionEnded', cause: 'client-ended', vendorReason: 'finish-unconfirmed' },
    ]);
    expect(state.isCompleted).toBe(false);
  });

  test('for detection to stop otherwise: the server goes on detecting', () => {
    const { state, events } = expire(stateIn('vadDisabling', { detector: 'client' }));
    expect(state).toMatchObject({ phase: 'vad', detector: 'server' });
    expect(said({ events })).toEqual(['waitExpired']);
  });

  test('for a reply: starts anew with every message, and is fatal', () => {
    const waiting = stateIn('agentTurn');
    const heard = reduceSession(waiting, INPUTS.action, SETTINGS).state;
    expect(heard.wait).not.toBe(waiting.wait);
    expect(
      reduceSession(heard, { type: 'expired', wait: { awaited: 'reply', limitMs: 45_000 } }, SETTINGS).events,
    ).toEqual([]);
    const { state, events, send } = expire(heard);
    expect(send).toEqual([]);
    expect(events).toEqual([{ type: 'waitExpired', awaited: 'reply', limitMs: 45_000, isFatal: true }]);
    expect(state).toMatchObject({ phase: 'ended', isStalled: true });
  });

  test('for the end: leaves without it', () => {
    expect(said(expire(stateIn('finishing')))).toEqual(['waitExpired', 'sessionEnded']);
  });
});
