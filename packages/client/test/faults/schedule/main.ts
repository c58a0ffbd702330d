// This file plays random stories from the command line: `scripts/schedules.mjs` bundles and runs it.
import { parseArgs } from 'node:util';
import { drawSchedule } from './schedule.ts';
import { runSchedule } from './runSchedule.ts';
import { shrinkSchedule } from './shrink.ts';
import { tellOutcome } from './tellOutcome.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Of the nightly run. */
const DEFAULT_COUNT = 100_000;
/** More failures than this say nothing new. */
const MAX_FAILURES = 20;
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
  let failures = 0;
  let virtualMs = 0;
  let toldMs = startedMs;
  const cpuS = (): number => {
    const { user, system } = process.cpuUsage(startedCpu);
    return (user + system) / 1e6;
  };
  let seed = from;
  for (; seed < from + count && failures < MAX_FAILURES; seed++) {
    const schedule = drawSchedule(seed);
    const outcome = await runSchedule(schedule);
    virtualMs += outcome.durationMs;
    const breaches = [...outcome.breaches];
    if (seed % REPEAT_EVERY === 0) {
      const again = await runSchedule(schedule);
      if (again.logHash !== outcome.logHash)
        breaches.push({ invariant: 'ix', atMs: 0, what: 'the same seed left two different logs' });
    }
    if (breaches.length > 0) {
      failures += 1;
      say(`${tellOutcome(schedule, { ...outcome, breaches })}\n`);
    }
    if (performance.now() - toldMs < TELL_EVERY_MS) continue;
    toldMs = performance.now();
    say(`${seed + 1 - from} stories, ${failures} with a breach, ${cpuS().toFixed(0)} s of one core`);
  }
  const hours = virtualMs / 3_600_000;
  say(
    `${seed - from} stories from seed ${from}, ${hours.toFixed(1)} h of virtual time in ${cpuS().toFixed(0)} s of one core ` +
      `(${((hours * 3600) / cpuS()).toFixed(0)} times real time): ${failures} broke an invariant.`,
  );
  if (failures > 0) process.exitCode = 1;
}
