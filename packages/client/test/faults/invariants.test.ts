import { voiceApi } from '@voicewire/protocol/voice-api';
import { describe, expect, test } from 'vitest';
import { createVoiceError } from '../../src/errors.ts';
import type { TestVendor } from '../sandbox/conversation.ts';
import { INVARIANTS } from './invariants/index.ts';
import type { Observation } from './observation.ts';
import { createRig } from './rig.ts';
import { SessionObserver } from './sessionObserver.ts';
import { frameNumbers, tagFrame } from './taps/frameTag.ts';

const { capabilities } = voiceApi({ credentials: { token: 'x', ws_url: 'wss://x.example/' } });

/** An observation, and when: in ms from the start. */
type Moment = readonly [atMs: number, observation: Observation];

function judge(id: string, moments: readonly Moment[]): string[] {
  const invariant = INVARIANTS.find((candidate) => candidate.id === id);
  if (invariant === undefined) throw new Error(`There is no invariant ${id}.`);
  let nowMs = 0;
  const observer = new SessionObserver({ nowMs: () => nowMs }, [invariant]);
  for (const [atMs, observation] of moments) {
    nowMs = atMs;
    observer.see(observation);
  }
  return observer.breaches.map(({ what }) => what);
}

const status = (atMs: number, previous: string, next: string): Moment => [
  atMs,
  { type: 'event', name: 'statusChanged', event: { previous, status: next } },
];
const concluded = (atMs: number, end: string, counts: object = {}): Moment => [
  atMs,
  {
    type: 'concluded',
    status: end,
    stats: { uplink: null, output: { writtenSamples: 0, playedSamples: 0, discardedSamples: 0 }, ...counts } as never,
    report: {},
  },
];
const UP: readonly Moment[] = [status(0, 'disconnected', 'connecting'), status(10, 'connecting', 'connected')];
const DOWN: readonly Moment[] = [
  status(100, 'connected', 'disconnecting'),
  status(110, 'disconnecting', 'disconnected'),
];
const ENDED: Moment = [110, { type: 'event', name: 'disconnected', event: { code: 'user', isRetryable: true } }];
const BEGUN: Moment = [0, { type: 'attemptBegun', attempt: 0, capabilities, resume: undefined }];
const OPENED: Moment = [0, { type: 'vendorSaid', attempt: 0, event: { type: 'uplinkOpened' } }];
const CALLED: Moment = [20, { type: 'called', call: 1, method: 'interrupt' }];

const CONGESTED: Observation = { type: 'event', name: 'congested', event: { droppedMs: 20 } };
const captured = (atMs: number, frame: number): Moment => [atMs, { type: 'captured', frame, isMuted: false }];
const sent = (atMs: number, ...frames: number[]): Moment => [atMs, { type: 'audioSent', attempt: 0, frames }];
const packet = (atMs: number, values: readonly number[], generation?: string): Moment => {
  const bytes = new Uint8Array(Int16Array.from(values).buffer);
  const format = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;
  const event = { type: 'agentAudio', bytes, format, ...(generation !== undefined && { generation }) } as const;
  return [atMs, { type: 'vendorSaid', attempt: 0, event }];
};
const written = (atMs: number, ...values: number[]): Moment => [
  atMs,
  { type: 'written', pcm: Int16Array.from(values) },
];
const heard = (atMs: number, ...values: number[]): Moment => [
  atMs,
  { type: 'heard', block: Float32Array.from(values, (value) => value / 32_768), sampleRate: 16_000 },
];
const flush = (atMs: number): Moment => [atMs, { type: 'flushCalled' }];

/** What each invariant must notice: a name, its id, what happens, words of the breach. */
const BROKEN: readonly (readonly [string, string, readonly Moment[], RegExp])[] = [
  [
    'a jump from connecting to reconnecting',
    'i',
    [...UP.slice(0, 1), status(5, 'connecting', 'reconnecting')],
    /legal/,
  ],
  ['a wrong previous status', 'i', [status(0, 'connected', 'connecting')], /previous/],
  ['a session that stays disconnecting', 'i', [...UP, ...DOWN.slice(0, 1), concluded(9e3, 'disconnecting')], /rest/],
  [
    'an agent that speaks in a session that is over',
    'i',
    [
      ...UP,
      [20, { type: 'event', name: 'agentStateChanged', event: { previous: 'idle', agentState: 'speaking' } }],
      ...DOWN,
    ],
    /is speaking/,
  ],
  ['a timer that is left', 'ii', [...UP, [20, { type: 'timers', count: 1 }], ...DOWN], /1 timers/],
  ['a timer set after the end', 'ii', [...UP, ...DOWN, [200, { type: 'timers', count: 1 }]], /after the end/],
  ['a socket that is left open', 'ii', [...UP, [20, { type: 'socketCreated', socket: 0 }], ...DOWN], /1 sockets/],
  ['a microphone that still runs', 'ii', [...UP, [20, { type: 'inputStarted' }], ...DOWN], /microphone/],
  ['a speaker that still runs', 'ii', [...UP, [20, { type: 'outputStarted' }], ...DOWN], /speaker/],
  [
    'a listener that is left on a signal',
    'ii',
    [...UP, [20, { type: 'signalListeners', count: 1 }], ...DOWN, concluded(900, 'disconnected')],
    /1 listeners/,
  ],
  [
    'speech of 300 ms ago',
    'iii',
    [...UP, BEGUN, OPENED, captured(3_000, 0), sent(3_300, 0), concluded(9e3, 'connected')],
    /300 ms/,
  ],
  [
    'speech of 1.5 s ago, whatever choke there was',
    'iii',
    [...UP, BEGUN, OPENED, captured(3_000, 0), [4_400, CONGESTED], sent(4_500, 0)],
    /1500 ms/,
  ],
  [
    'thirteen frames within 100 ms',
    'iii',
    [...UP, BEGUN, OPENED, sent(900, 1, 2, 3, 4, 5, 6), sent(950, 7, 8, 9, 10, 11, 12, 13)],
    /13 frames/,
  ],
  [
    'words of a dead reply that another one overlapped',
    'iv',
    [
      ...[...UP, BEGUN, packet(15, [1], 'a'), written(15, 1), packet(16, [2], 'b'), written(16, 2)],
      ...[CALLED, packet(25, [3], 'a'), written(25, 3)],
    ],
    /dead/,
  ],
  [
    'a packet of a named dead reply',
    'iv',
    [...UP, BEGUN, packet(15, [1], 'a'), written(15, 1), CALLED, packet(25, [2], 'a'), written(25, 2)],
    /dead/,
  ],
  [
    'a packet of an unnamed dead reply',
    'iv',
    [...UP, BEGUN, packet(15, [1]), written(15, 1), CALLED, packet(25, [2]), written(25, 2)],
    /dead/,
  ],
  [
    'a packet that is written twice',
    'iv',
    [...UP, BEGUN, packet(15, [1, 2]), written(15, 1, 2), written(15, 1, 2)],
    /doubled/,
  ],
  [
    'a living packet that is not written',
    'iv',
    [...UP, BEGUN, packet(15, [1, 2]), packet(30, [3])],
    /2 samples of a living/,
  ],
  [
    'compressed audio of a dead reply',
    'iv',
    [
      ...UP,
      BEGUN,
      [
        15,
        {
          type: 'vendorSaid',
          attempt: 0,
          event: { type: 'agentAudio', bytes: new Uint8Array(1), format: { encoding: 'mp3' }, generation: 'a' },
        },
      ],
      [18, { type: 'vendorSaid', attempt: 0, event: { type: 'interrupted', generation: 'a' } }],
      [19, { type: 'written', pcm: new Int16Array(1), reply: { attempt: 0, generation: 'a' } }],
    ],
    /dead reply a/,
  ],
  ['seventeen timers', 'v', [[0, { type: 'timers', count: 17 }]], /17 timers/],
  ['three sockets', 'v', [0, 1, 2].map((socket): Moment => [0, { type: 'socketCreated', socket }]), /3 sockets/],
  [
    'a megabyte in a socket',
    'v',
    [[0, { type: 'socketSent', socket: 0, sizeBytes: 1, bufferedBytes: 1e6 }]],
    /1000000/,
  ],
  [
    'frames that wait for two seconds',
    'v',
    [...Array.from({ length: 100 }, (_, i) => captured(i * 20, i)), sent(2e3, 0)],
    /99 newer/,
  ],
  [
    'a call without an answer',
    'vi',
    [[0, { type: 'called', call: 0, method: 'connect' }], concluded(9e3, 'failed')],
    /never answered/,
  ],
  [
    'a call with two answers',
    'vi',
    [0, 1].map((atMs): Moment => [atMs, { type: 'settled', call: 0, method: 'disconnect', code: null }]),
    /twice/,
  ],
  [
    'a refusal without a type',
    'vi',
    [[0, { type: 'settled', call: 0, method: 'connect', code: 'not-typed' }]],
    /VoiceError/,
  ],
  [
    'connect granted to a session that is not',
    'vi',
    [[0, { type: 'settled', call: 0, method: 'connect', code: null }]],
    /is disconnected/,
  ],
  ['an interruption that is not confirmed', 'vi', [...UP, CALLED, concluded(9e3, 'connected')], /never confirmed/],
  ['a sample that nobody wrote', 'vii', [heard(0, 5)], /nobody wrote/],
  ['two samples in the wrong order', 'vii', [written(0, 5, 6), heard(10, 6, 5)], /out of turn/],
  ['a sample that was dropped without a flush', 'vii', [written(0, 5, 6, 7), heard(10, 5, 7)], /out of turn/],
  [
    'sound 10 ms after a flush',
    'vii',
    [written(0, ...Array<number>(400).fill(9)), flush(5), heard(10, ...Array<number>(160).fill(9))],
    /nobody wrote/,
  ],
  [
    'a speaker that is stopped in mid-word',
    'vii',
    [written(0, 5, 6), heard(10, 5), [20, { type: 'outputStopped' }]],
    /1 samples were neither/,
  ],
  [
    'more played than written',
    'vii',
    [concluded(0, 'failed', { output: { writtenSamples: 1, playedSamples: 2, discardedSamples: 0 } })],
    /2 played/,
  ],
  [
    'a token in an event',
    'viii',
    [
      [0, { type: 'secretGiven', secret: 'canary-1' }],
      [1, { type: 'event', name: 'raw', event: { text: 'x canary-1' } }],
    ],
    /raw/,
  ],
  [
    'a token in the cause of an error',
    'viii',
    [
      [0, { type: 'secretGiven', secret: 'canary-1' }],
      [
        1,
        {
          type: 'event',
          name: 'error',
          event: createVoiceError('connect-failed', 'No.', { cause: new Error('canary-1') }),
        },
      ],
    ],
    /error/,
  ],
  ['an ending without a reason', 'one reason', [...UP, ...DOWN, concluded(9e3, 'disconnected')], /without a reason/],
  ['an ending with two reasons', 'one reason', [...UP, ...DOWN, ENDED, ENDED], /2 times/],
  [
    'a reason for what never began',
    'one reason',
    [...UP.slice(0, 1), status(5, 'connecting', 'disconnecting'), ...DOWN.slice(1), ENDED],
    /never connected/,
  ],
  [
    'an event after the end',
    'one reason',
    [...UP, ...DOWN, ENDED, [200, { type: 'event', name: 'congested', event: { droppedMs: 20 } }]],
    /after the end/,
  ],
  [
    'a reason in no table',
    'one reason',
    [...UP, ...DOWN, [110, { type: 'event', name: 'disconnected', event: { code: 'tired' } }]],
    /tired/,
  ],
  ['a frame that is sent twice', 'no silent loss', [sent(0, 1), sent(1, 1)], /after frame 1/],
  [
    'a frame that is in no count',
    'no silent loss',
    [
      [0, { type: 'inputStarted' }],
      captured(0, 0),
      concluded(9, 'disconnected', {
        uplink: { passedFrames: 0, droppedBeforeOpenFrames: 0, congestedFrames: 0, lostFrames: 0, mutedFrames: 0 },
        output: {},
      }),
    ],
    /1 frames were captured/,
  ],
  [
    'a transcript that nobody heard',
    'no silent loss',
    [
      BEGUN,
      [1, { type: 'vendorSaid', attempt: 0, event: { type: 'transcript', text: 'a', isFinal: true } }],
      concluded(9, 'connected'),
    ],
    /transcript never/,
  ],
  [
    'a conversation that is not gone on with',
    'no silent loss',
    [[0, { type: 'resumePointTaken', attempt: 0, resume: { conversationId: 'c' } }], BEGUN],
    /goes on at/,
  ],
  [
    'words of an old connection',
    'no silent loss',
    [BEGUN, [0, { type: 'socketCreated', socket: 0 }], [0, { type: 'socketClosing', socket: 0 }], OPENED],
    /old connection/,
  ],
];

describe('each invariant notices', () => {
  test.each(BROKEN)('%s', (_name, id, moments, words) => {
    expect(judge(id, moments).join('\n')).toMatch(words);
  });

  test('and every invariant is among them', () => {
    expect(new Set(BROKEN.map(([, id]) => id))).toEqual(new Set(INVARIANTS.map(({ id }) => id)));
  });
});

test('twelve frames within 100 ms on each of two connections are no breach: one is kept warm to take over', () => {
  const beside = (atMs: number): Moment => [
    atMs,
    { type: 'audioSent', attempt: 1, frames: [null, null, null, null, null, null] },
  ];
  const both = [sent(900, 1, 2, 3, 4, 5, 6), beside(900), sent(950, 7, 8, 9, 10, 11, 12), beside(950)];
  expect(judge('iii', [...UP, BEGUN, OPENED, ...both, concluded(9e3, 'connected')])).toEqual([]);
});

const VENDORS: readonly TestVendor[] = [
  { id: 'voice-api' },
  { id: 'amigo' },
  { id: 'amigo', options: { audioFormat: 'mp3', turnMode: 'manual' } },
  { id: 'soca' },
];

async function converse(vendor: TestVendor, seed: number): Promise<SessionObserver> {
  const rig = await createRig({ vendor, seed });
  const isPushToTalk = vendor.id === 'amigo' && vendor.options?.turnMode === 'manual';
  rig.call('setMicMuted', isPushToTalk);
  rig.call('connect', { signal: rig.signal() });
  await rig.clock.advance(2_500);
  rig.call('setMicMuted', false);
  rig.speak(1_000);
  await rig.clock.advance(1_100);
  rig.call('setMicMuted', isPushToTalk);
  if (isPushToTalk) rig.call('endUserTurn');
  await rig.clock.advance(400);
  rig.call('interrupt');
  await rig.clock.advance(1_000);
  rig.call('disconnect');
  await rig.clock.advance(2_000);
  rig.conclude();
  return rig.observer;
}

describe('a sound conversation', () => {
  test.each(VENDORS.map((vendor) => [JSON.stringify(vendor), vendor] as const))(
    'of %s breaks none',
    async (_, vendor) => {
      const { breaches, lastLines } = await converse(vendor, 3);
      expect(breaches, lastLines.join('\n')).toEqual([]);
    },
  );

  test('has the same log for the same seed (ix)', async () => {
    const hashes = [];
    for (const seed of [1, 1]) hashes.push((await converse({ id: 'voice-api' }, seed)).logHash);
    expect(hashes[0]).toBe(hashes[1]);
  });
});

test('a frame says which one it is, silence that it is none', () => {
  const pcm = Int16Array.from({ length: 320 }, (_, i) => i - 160);
  for (const number of [0, 1, 4_711, 2 ** 24 - 2]) {
    const bytes = new Uint8Array(tagFrame(pcm, number).buffer);
    expect(frameNumbers(bytes)).toEqual([number]);
  }
  expect(frameNumbers(new Uint8Array(1_280))).toEqual([null, null]);
});
