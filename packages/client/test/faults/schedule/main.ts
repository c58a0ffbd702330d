// This file plays random stories from the command line: `scripts/schedules.mjs` bundles and runs it.
import { parseArgs } from 'node:util';
import type { Breach } from '../invariants/invariant.ts';
import { BrokenInvariants } from './brokenInvariants.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import { runSchedule, type Outcome } from './runSchedule.ts';
import { shrinkSchedule } from './shrink.ts';
import { tellOutcome } from './tellOutcome.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Of the nightly run. */
const DEFAULT_COUNT = 100_000;
/** Stories with a breach that are told at length; of more, the table at the end knows. */
const TOLD_AT_LENGTH = 20;
/** Every so many stories, one is played twice and must leave the same log (ix). */
const REPEAT_EVERY = 50;
const TELL_EVERY_MS = 60_000;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, from: { type: 'string' }, count: { type: 'string' } },
});
if (values.seed === undefined) await playMany(Number(values.from ?? 0), Number(values.count ?? DEFAULT_COUNT));
else await playOne(Number(values.seed));

async function playOne(seed: number): Promise<void> {
  const schedule = drawSchedule(seed);
  const outcome = await runSchedule(schedule);
  if (outcome.breaches.length === 0) return say(`Seed ${seed} breaks nothing. Log ${outcome.logHash}.`);
  say(tellOutcome(schedule, outcome));
  const shrunk = await shrinkSchedule(schedule, runSchedule);
  say(`\nThe shortest story that breaks it too:\n${tellOutcome(shrunk.schedule, shrunk.outcome)}`);
  process.exitCode = 1;
}

async function playMany(from: number, count: number): Promise<void> {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const broken = new BrokenInvariants();
  let virtualMs = 0;
  let toldMs = startedMs;
  const cpuS = (): number => {
    const { user, system } = process.cpuUsage(startedCpu);
    return (user + system) / 1e6;
  };
  for (let seed = from; seed < from + count; seed++) {
    const schedule = drawSchedule(seed);
    const { outcome, breaches } = await judge(schedule);
    virtualMs += outcome.durationMs;
    if (breaches.length > 0) {
      broken.add(seed, breaches);
      if (broken.storyCount <= TOLD_AT_LENGTH) say(`${tellOutcome(schedule, { ...outcome, breaches })}\n`);
    }
    if (performance.now() - toldMs < TELL_EVERY_MS) continue;
    toldMs = performance.now();
    say(
      `${seed + 1 - from} of ${count} stories, ${broken.storyCount} with a breach, ${cpuS().toFixed(0)} s of one core`,
    );
  }
  const hours = virtualMs / 3_600_000;
  say(
    `${count} stories from seed ${from}, ${hours.toFixed(1)} h of virtual time in ${cpuS().toFixed(0)} s of one core ` +
      `(${((hours * 3600) / cpuS()).toFixed(0)} times real time): ${broken.storyCount} broke an invariant.`,
  );
  if (broken.storyCount === 0) return;
  say(`\n${broken.table()}`);
  process.exitCode = 1;
}

/** Now and then a story is played twice. */
async function judge(schedule: Schedule): Promise<{ outcome: Outcome; breaches: readonly Breach[] }> {
  const outcome = await runSchedule(schedule);
  if (schedule.seed % REPEAT_EVERY !== 0) return { outcome, breaches: outcome.breaches };
  const again = await runSchedule(schedule);
  if (again.logHash === outcome.logHash) return { outcome, breaches: outcome.breaches };
  const differing: Breach = { invariant: 'ix', atMs: 0, what: 'the same seed left two different logs' };
  return { outcome, breaches: [...outcome.breaches, differing] };
}
