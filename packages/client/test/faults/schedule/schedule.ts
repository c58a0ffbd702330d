// This file draws a random story of one session from a seed: a vendor, what its servers do, and what the user does.
import { createSeededRandom, type SeededRandom } from '@voicewire/testkit';
import type { ReconnectOptions } from '../../../src/index.ts';
import type { TestVendor } from '../../sandbox/conversation.ts';
import type { Method } from '../observation.ts';
import type { Conditions } from '../rig.ts';

/** What the user or the world does, and when: in ms from the start. */
export type Act = { readonly atMs: number } & (
  | { readonly do: Method; readonly args: readonly unknown[] }
  | { readonly do: 'speak'; readonly durationMs: number }
  /** The user's program aborts the signal that it gave to `connect`. */
  | { readonly do: 'abort' }
  /** Every client is sent away, and a new server takes the place of the old one. */
  | { readonly do: 'restartServer' }
);

/** What the credentials source does when it is asked. */
export type CredentialsDeed = 'give' | 'throw' | 'hang' | 'give-late' | 'give-nonsense';

export interface Schedule {
  readonly seed: number;
  readonly vendor: TestVendor;
  readonly reconnect: ReconnectOptions | false;
  readonly networkDelayMs: number;
  /** How long the server takes a connection that broke off for alive, where one excludes another. */
  readonly dropHoldMs: number;
  /** By attempt, counted from 0; the last one stays. */
  readonly conditions: readonly Conditions[];
  readonly credentials: readonly CredentialsDeed[];
  readonly acts: readonly Act[];
  /** When the user hangs up for good. */
  readonly lengthMs: number;
}

const VENDORS: readonly (readonly [weight: number, vendor: TestVendor])[] = [
  [9, { id: 'voice-api' }],
  [8, { id: 'amigo' }],
  [1, { id: 'amigo', options: { audioFormat: 'mp3', turnMode: 'manual' } }],
  [2, { id: 'soca' }],
];
const CREDENTIALS: readonly (readonly [weight: number, deed: CredentialsDeed])[] = [
  [20, 'give'],
  [2, 'throw'],
  [1, 'hang'],
  [2, 'give-late'],
  [1, 'give-nonsense'],
];
/** Every scenario that a connection can be asked for. */
const SCENARIOS = [
  'bargeIn',
  'slowStart',
  'dropMidUtterance',
  'fault05-upgrade-401',
  'fault07-upgrade-503',
  'fault10-no-subprotocol',
  'fault11-never-ready',
  'fault12-early-greeting',
  'fault17-reset',
  'fault18-clean-close',
  'fault19-restart',
  'fault20-try-later',
  'fault21-policy',
  'fault23-server-error',
  'fault24-unknown-code',
  'fault33-burst',
  'fault34-pause',
  'fault35-slow-sender',
  'fault36-duplicates',
  'fault37-missing-chunks',
  'fault38-odd-bytes',
  'fault39-frame-sizes',
  'fault41-mp3-cut-anywhere',
  'fault42-corrupt-mp3',
  'fault43-odd-base64',
  'fault45-malformed-json',
  'fault47-unknown-messages',
  'fault54-resume',
  'fault55-session-gone',
  'fault61-shutdown-notice',
] as const;
const CLOSE_CODES = [1000, 1001, 1008, 1009, 1011, 1012, 1013, 3999, 4001, 4003, 4009, 4029, 4500, 4999];

/** The same seed gives the same story. */
export function drawSchedule(seed: number): Schedule {
  const random = createSeededRandom(seed);
  const lengthMs = random.integer(500, 4_000);
  const vendor = drawWeighted(random, VENDORS);
  return {
    seed,
    vendor,
    reconnect: drawReconnect(random),
    networkDelayMs: random.pick([0, 0, 5, 20, 80]),
    dropHoldMs: random.pick([0, 0, 700, 30_000]),
    conditions: drawList(random, 4, () => drawConditions(random)),
    credentials: drawList(random, 4, () => drawWeighted(random, CREDENTIALS)),
    acts: drawActs(random, lengthMs),
    lengthMs,
  };
}

function drawReconnect(random: SeededRandom): ReconnectOptions | false {
  if (random.next() < 0.1) return false;
  return {
    baseDelayMs: random.pick([50, 500]),
    maxAttempts: random.pick([1, 3, 100]),
    maxDurationMs: random.pick([500, 5_000, 900_000]),
    ...(random.next() < 0.1 && { handOverAfterMs: random.integer(200, 2_000) }),
  };
}

function drawActs(random: SeededRandom, lengthMs: number): Act[] {
  const acts: Act[] = [{ atMs: 0, do: 'connect', args: [] }];
  const count = random.integer(0, 8);
  for (let i = 0; i < count; i++) acts.push({ atMs: random.integer(0, lengthMs), ...drawDeed(random) });
  return acts.sort((a, b) => a.atMs - b.atMs);
}

function drawDeed(
  random: SeededRandom,
): Act extends infer Each ? (Each extends Act ? Omit<Each, 'atMs'> : never) : never {
  const call = (method: Method, ...args: unknown[]) => ({ do: method, args });
  switch (random.integer(0, 13)) {
    case 0:
    case 1:
    case 2:
      return call('interrupt');
    case 3:
    case 4:
      return call('setMicMuted', random.next() < 0.5);
    case 5:
      return call('disconnect');
    case 6:
      return call('connect');
    case 7:
      return call('sendUserMessage', 'What time is it?');
    case 8:
      return call('sendContextualUpdate', 'The user is in a hurry.', { startTurn: random.next() < 0.5 });
    case 9:
      return call(random.next() < 0.2 ? 'finish' : 'endUserTurn');
    case 10:
    case 11:
      return { do: 'speak', durationMs: random.integer(100, 900) };
    case 12:
      return { do: 'abort' };
    default:
      return { do: 'restartServer' };
  }
}

function drawConditions(random: SeededRandom): Conditions {
  const kind = random.next();
  if (kind < 0.4) return {};
  if (kind < 0.7) return { scenario: random.pick(SCENARIOS) };
  const atMs = random.integer(0, 3_000);
  const impairments = [
    `terminateAtMs=${atMs}`,
    `resetAtMs=${atMs}`,
    `closeAtMs=${atMs},closeCode=${random.pick(CLOSE_CODES)}`,
    `halfOpenAtMs=${atMs}`,
    `stopReadingAtMs=${atMs},stopReadingForMs=${random.pick([100, 700, 3_000])}`,
    `delayMs=${random.pick([5, 60])},jitterMs=${random.pick([0, 20])},burstEnterRatio=0.02,recoveryMs=200`,
    `stallEveryMs=1000,stallMs=${random.pick([100, 800])},direction=${random.pick(['up', 'down', 'both'])}`,
    `duplicateRatio=0.1,malformedRatio=0.1`,
    `bundleEveryMs=200`,
    `refuseStatus=${random.pick([0, 200, 302, 401, 404, 503])}`,
  ];
  return { impair: random.pick(impairments) };
}

function drawList<Entry>(random: SeededRandom, atMost: number, draw: () => Entry): Entry[] {
  return Array.from({ length: random.integer(1, atMost) }, draw);
}

function drawWeighted<Entry>(random: SeededRandom, choices: readonly (readonly [number, Entry])[]): Entry {
  let at = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, entry] of choices) {
    at -= weight;
    if (at < 0) return entry;
  }
  return random.pick(choices)[1];
}
