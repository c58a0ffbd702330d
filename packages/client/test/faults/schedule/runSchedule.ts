// This file plays a random story on virtual time, with every invariant watching.
import type { Breach } from '../invariants/invariant.ts';
import { createRig, type Rig } from '../rig.ts';
import type { Act, CredentialsDeed, Schedule } from './schedule.ts';

export interface Outcome {
  readonly breaches: readonly Breach[];
  /** What happened up to the first breach. */
  readonly lines: readonly string[];
  readonly logHash: string;
  /** Virtual time that passed. */
  readonly durationMs: number;
}

/** Two seconds of taking leave, and the drain of a reply. */
const LEAVING_MS = 4_000;
/** How late `give-late` gives: within the limit of every vendor. */
const LATE_MS = 900;

export async function runSchedule(schedule: Schedule): Promise<Outcome> {
  const { vendor, seed, reconnect, networkDelayMs, dropHoldMs, conditions, credentials, acts, lengthMs } = schedule;
  let asked = 0;
  const rig: Rig = await createRig({
    vendor,
    seed,
    reconnect,
    delayMs: networkDelayMs,
    sandbox: { amigo: { dropHoldMs } },
    conditionsOf: (attempt) => entryOf(conditions, attempt),
    wrapCredentials: (give) =>
      askedFor(entryOf(credentials, asked++) ?? 'give', give, (ms, then) => rig.clock.setTimer(ms, then)),
  });
  const startMs = rig.clock.nowMs();
  for (const act of acts) {
    await rig.clock.advance(startMs + act.atMs - rig.clock.nowMs());
    perform(rig, act);
  }
  await rig.clock.advance(startMs + lengthMs - rig.clock.nowMs());
  rig.call('disconnect');
  await rig.clock.advance(LEAVING_MS);
  rig.conclude([...toleratedIn(schedule), ...rig.excusedRules()]);
  const { breaches, lastLines, logHash } = rig.observer;
  return { breaches, lines: lastLines, logHash, durationMs: rig.clock.nowMs() - startMs };
}

function perform(rig: Rig, act: Act): void {
  switch (act.do) {
    case 'speak':
      return rig.speak(act.durationMs);
    case 'abort':
      return rig.abort();
    case 'restartServer':
      return rig.restart();
    case 'connect':
      return void rig.call('connect', { signal: rig.signal() });
    default:
      return void rig.call(act.do, ...act.args);
  }
}

function askedFor(deed: CredentialsDeed, give: () => unknown, after: (ms: number, then: () => void) => void): unknown {
  switch (deed) {
    case 'give':
      return give();
    case 'throw':
      throw new Error('The backend is down.');
    case 'hang':
      return new Promise(() => undefined);
    case 'give-late':
      return new Promise((resolve) => after(LATE_MS, () => resolve(give())));
    case 'give-nonsense':
      return { nonsense: true };
  }
}

function entryOf<Entry>(list: readonly Entry[], index: number): Entry | undefined {
  return list[Math.min(index, list.length - 1)];
}

/** What a server sees broken, and no client could have kept: by the cause of it. */
const TOLERATED = {
  /** Messages that the network or the server itself held up: a steady stream, with no pause, of fresh audio. */
  badNetwork: ['C-09', 'A-37', 'D-09', 'D-05'],
  /** A connection that the server still holds because nobody told it of the end, nor of the beginning. */
  heldByServer: ['A-08', 'A-51', 'D-01'],
  /** The new server knows nothing of the conversations of the old one, nor that somebody comes back. */
  newServer: ['A-15', 'A-16', 'A-17', 'D-05', 'D-09'],
  /** The user asks for a connection again and again, and the program of this test signs in for each. */
  eagerUser: ['B-16', 'A-53'],
} as const;

function toleratedIn({ conditions, acts }: Schedule): readonly string[] {
  const isBad = conditions.some((wishes) => Object.keys(wishes).length > 0);
  const isNew = acts.some((act) => act.do === 'restartServer');
  return [
    ...(isBad ? [...TOLERATED.badNetwork, ...TOLERATED.heldByServer] : []),
    ...(isNew ? TOLERATED.newServer : []),
    ...TOLERATED.eagerUser,
  ];
}
