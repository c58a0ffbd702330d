// This file defines a row of the fault catalogue, and the ways in which its tests look at a session.
import { expect } from 'vitest';
import type { DisconnectReason, ErrorCode, SessionEvents, SessionStatus } from '../../../src/index.ts';
import type { TestVendor } from '../../sandbox/conversation.ts';
import { createRig, type Answer, type Rig, type RigOptions } from '../rig.ts';

/** The vendors that hold conversations. */
export type VendorId = TestVendor['id'];
export const ALL: readonly VendorId[] = ['voice-api', 'amigo', 'soca'];

/** One fault of the catalogue, and what a session does about it. */
export interface Fault {
  /** Of the project's catalogue. */
  readonly number: number;
  /** What happens. */
  readonly name: string;
  /** Completes "A session …". */
  readonly expects: string;
  /** Whose protocol shows it. */
  readonly vendors: readonly VendorId[];
  /** Throws where the session does otherwise. */
  readonly meet: (vendor: VendorId) => Promise<void>;
}

/** A session that the test looks at, with every invariant watching. */
export interface Scene extends Rig {
  readonly connecting: Answer;
  /** Statuses so far. */
  statuses(): SessionStatus[];
  /** When each became the status, in ms from the call of `connect`. */
  statusTimesMs(status: SessionStatus): number[];
  reasons(): DisconnectReason['code'][];
  errors(): ErrorCode[];
  /** Hangs up, lets everything come to rest, and judges: no invariant is broken, no timer is left. */
  close(toleratedRules?: readonly string[]): Promise<void>;
}

export interface SceneOptions extends Omit<RigOptions, 'vendor'> {
  readonly vendor: VendorId | TestVendor;
  /** Conditions of the first attempts; later ones find a sound server. */
  readonly first?: readonly NonNullable<ReturnType<NonNullable<RigOptions['conditionsOf']>>>[];
  /** How long the session is left alone after `connect`. Default 2,500. */
  readonly durationMs?: number;
}

/** Opens a session and lets time pass. */
export async function play(options: SceneOptions): Promise<Scene> {
  const { vendor, first = [], durationMs = 2_500, ...rest } = options;
  const rig = await createRig({
    conditionsOf: (attempt) => first[attempt],
    // A place that is held for half a minute after a connection broke off is a fault of its own.
    sandbox: { amigo: { dropHoldMs: 0 } },
    ...rest,
    vendor: typeof vendor === 'string' ? { id: vendor } : vendor,
  });
  const startMs = rig.clock.nowMs();
  const changes = rig.events.filter(({ name }) => name === 'statusChanged');
  expect(changes).toEqual([]);
  const connecting = rig.call('connect');
  await rig.clock.advance(durationMs);
  const statusChanges = () =>
    rig.events
      .filter(({ name }) => name === 'statusChanged')
      .map(({ event, atMs }) => ({ status: (event as SessionEvents['statusChanged']).status, atMs: atMs - startMs }));
  return {
    ...rig,
    get sandbox() {
      return rig.sandbox;
    },
    connecting,
    statuses: () => statusChanges().map(({ status }) => status),
    statusTimesMs: (wanted) => statusChanges().flatMap(({ status, atMs }) => (status === wanted ? [atMs] : [])),
    reasons: () => rig.eventsOf('disconnected').map(({ code }) => code),
    errors: () => rig.eventsOf('error').map(({ code }) => code),
    async close(toleratedRules = []) {
      rig.call('disconnect');
      await rig.clock.advance(4_000);
      rig.conclude(toleratedRules);
      const { breaches, lastLines } = rig.observer;
      if (breaches.length === 0) return;
      throw new Error([...breaches.map(({ invariant, what }) => `(${invariant}) ${what}`), ...lastLines].join('\n'));
    },
  };
}

/** What a server sees broken when its own side of the network holds things up. */
export const HELD_UP = ['C-09', 'A-37', 'D-09', 'D-05', 'A-08', 'A-51', 'A-53', 'B-16'];

/** `connect()` fails with this code, in this many attempts, and tells it to its caller only. */
export function expectNoConnection(scene: Scene, code: ErrorCode, attempts = 1): void {
  expect(scene.connecting.code).toBe(code);
  expect(scene.session.status).toBe('failed');
  expect([scene.errors(), scene.reasons()], 'told to the caller of connect() only').toEqual([[], []]);
  expect(scene.attempts(), 'connection attempts').toBe(attempts);
}

/** The connection broke, and came back by itself. @returns How long it was gone, in ms. */
export function expectReturn(scene: Scene, withinMs: number): number {
  expect(scene.statuses().slice(0, 4)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  const goneMs = (scene.statusTimesMs('connected')[1] ?? Infinity) - (scene.statusTimesMs('reconnecting')[0] ?? 0);
  expect(goneMs, 'ms without a connection').toBeLessThanOrEqual(withinMs);
  expect([scene.errors(), scene.reasons()], 'nothing that the user must know').toEqual([[], []]);
  return goneMs;
}

/** The session ended with this one reason, and nothing was tried afterwards. */
export function expectEnding(scene: Scene, code: DisconnectReason['code'], status: 'disconnected' | 'failed'): void {
  expect(scene.statuses()).toEqual(['connecting', 'connected', 'disconnecting', status]);
  expect(scene.reasons()).toEqual([code]);
  expect(scene.attempts(), 'connection attempts').toBe(1);
}

/** Nothing that happened ended or broke the connection, and the agent was heard. */
export function expectUndisturbed(scene: Scene, errors: readonly ErrorCode[] = []): void {
  expect(scene.statuses()).toEqual(['connecting', 'connected']);
  expect(scene.errors()).toEqual(errors);
  expect(scene.eventsOf('agentSpeechStarted').length, 'the agent was heard').toBeGreaterThan(0);
}
