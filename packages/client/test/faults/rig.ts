// This file puts a client and a sandbox into one process on virtual time, and lets every invariant watch the client.
import type { Vendor } from '@voicewire/protocol';
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { VoiceError, type SessionPorts } from '../../src/index.ts';
import { createConversation, type Conversation, type ConversationOptions } from '../sandbox/conversation.ts';
import { Excuses } from './excuses.ts';
import type { Invariant } from './invariants/invariant.ts';
import type { Method, Observation, Reply } from './observation.ts';
import { SessionObserver } from './sessionObserver.ts';
import { CountedSignal } from './taps/countedSignal.ts';
import { tapPorts, type UserState } from './taps/tapPorts.ts';
import { tapVendor } from './taps/tapVendor.ts';

export interface RigOptions extends ConversationOptions {
  /** What the sandbox does to each attempt, counted from 0: its name of a scenario, or an impairment as its URLs take it. */
  readonly conditionsOf?: (attempt: number) => Conditions | undefined;
  /** What the credentials source does with the credentials that it has. Default: it gives them. */
  readonly wrapCredentials?: (give: () => unknown) => unknown;
  /** Other ports than those of the conversation, for faults of the client's own machine. */
  readonly alterPorts?: (ports: SessionPorts) => SessionPorts;
  /** Seed of the client's own draws. */
  readonly seed?: number;
  /** Who watches; default: all. */
  readonly invariants?: readonly Invariant[];
}

/** What is asked of the sandbox for one connection attempt. */
export interface Conditions {
  readonly scenario?: string;
  readonly impair?: string;
}

/** How a call of the user's went: null when it was granted, else the code it was refused with; undefined while it lasts. */
export interface Answer {
  code: string | null | undefined;
}

/** A watched session. */
export interface Rig extends Conversation {
  readonly observer: SessionObserver;
  /** A new signal for a call; `abort` aborts the last one. */
  signal(): CountedSignal;
  abort(): void;
  /** Calls a method as a user would, and watches what becomes of it. */
  call(method: Method, ...args: unknown[]): Answer;
  /** Connection attempts so far: sockets that the session asked for. */
  attempts(): number;
  /** Rules that a server sees broken by what this client could not know. */
  excusedRules(): readonly string[];
  /** The user says something for so long. */
  speak(durationMs: number): void;
  /** Ends the watch: whatever must hold at the end is judged. Rules that the sandbox saw broken are breaches too. */
  conclude(toleratedRules?: readonly string[]): void;
}

const MICROPHONE_RATE = 16_000;

export async function createRig(options: RigOptions = {}): Promise<Rig> {
  const { conditionsOf, wrapCredentials, alterPorts = (ports) => ports, seed = 1, invariants } = options;
  const early: Observation[] = [];
  const watch: { observer: SessionObserver | null } = { observer: null };
  const excuses = new Excuses();
  const see = (observation: Observation): void => {
    excuses.see(observation);
    if (watch.observer === null) early.push(observation);
    else watch.observer.see(observation);
  };
  const user: UserState = { isMuted: false };
  let attempts = 0;
  const replies = new WeakMap<Uint8Array, Reply>();
  const conversation = await createConversation({
    ...options,
    onPlayed: (block, sampleRate) => see({ type: 'heard', block, sampleRate }),
    addressOf(url, attempt) {
      attempts += 1;
      return addConditions(options.addressOf?.(url, attempt) ?? url, conditionsOf?.(attempt));
    },
    tap: ({ ports, options: made }) => ({
      ports: { ...tapPorts(alterPorts(ports), user, see, replies), random: createSeededRandom(seed).next },
      options: { ...made, vendor: tapVendor(withCredentials(made.vendor, wrapCredentials), see, replies) },
    }),
  });
  const observer = new SessionObserver(conversation.clock, invariants);
  watch.observer = observer;
  for (const observation of early) see(observation);
  const { session } = conversation;
  const names = ['speechLost', 'congested', 'userSpeechStarted', 'userSpeechEnded', 'agentAction', 'raw'] as const;
  const recorded = [
    'statusChanged',
    'agentStateChanged',
    'agentSpeechStarted',
    'agentSpeechEnded',
    'handedOver',
  ] as const;
  const words = ['interrupted', 'error', 'disconnected', 'unknownMessage', 'transcript', 'agentText'] as const;
  for (const name of [...names, ...recorded, ...words, 'turnCompleted'] as const)
    session.on(name, (event) => see({ type: 'event', name, event }));

  let calls = 0;
  const signals: CountedSignal[] = [];
  const countListeners = (): void =>
    see({ type: 'signalListeners', count: signals.reduce((sum, { listenerCount }) => sum + listenerCount, 0) });
  return {
    ...conversation,
    get sandbox() {
      return conversation.sandbox;
    },
    observer,
    signal() {
      const signal = new CountedSignal(countListeners);
      signals.push(signal);
      return signal;
    },
    abort: () => signals.at(-1)?.abort(),
    attempts: () => attempts,
    excusedRules: () => excuses.rules,
    call(method, ...args) {
      const call = calls++;
      const answer: Answer = { code: undefined };
      see({ type: 'called', call, method });
      if (method === 'setMicMuted') user.isMuted = args[0] === true;
      const settle = (code: string | null): void => {
        answer.code = code;
        see({ type: 'settled', call, method, code });
      };
      const result = Reflect.apply(session[method], session, args) as Promise<void> | void;
      if (result === undefined) answer.code = null;
      else
        result.then(
          () => settle(null),
          (error: unknown) => settle(error instanceof VoiceError ? error.code : 'not-typed'),
        );
      return answer;
    },
    speak(durationMs) {
      const random = createSeededRandom(seed);
      conversation.microphone.say(makeSpeechLike({ random, sampleRate: MICROPHONE_RATE, durationMs, noiseRatio: 0 }));
    },
    conclude(toleratedRules = []) {
      see({ type: 'concluded', status: session.status, stats: session.stats(), report: session.exportReport() });
      for (const { ruleId, severity, detail } of conversation.sandbox.ledger.violations) {
        if (severity === 'note' || toleratedRules.includes(ruleId)) continue;
        observer.breaches.push({
          invariant: 'protocol',
          atMs: conversation.clock.nowMs(),
          what: `the sandbox saw rule ${ruleId} broken: ${detail}`,
        });
      }
    },
  };
}

function withCredentials(vendor: Vendor, wrap: RigOptions['wrapCredentials']): Vendor {
  if (wrap === undefined) return vendor;
  const { credentials } = vendor;
  const give = (): unknown => (typeof credentials === 'function' ? (credentials as () => unknown)() : credentials);
  return { ...vendor, credentials: () => wrap(give) };
}

function addConditions(url: string, conditions: Conditions | undefined): string {
  if (conditions === undefined) return url;
  const wishes = Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  if (wishes.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${wishes.join('&')}`;
}
