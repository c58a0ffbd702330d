// This file words what came of a story, with the one command that plays it again.
import { replayCommand } from './brokenInvariants.ts';
import type { Outcome } from './runSchedule.ts';
import type { Schedule } from './schedule.ts';

/** For a person: what broke, the story, what happened, how to see it again. */
export function tellOutcome(schedule: Schedule, { breaches, lines }: Outcome): string {
  return [
    `Seed ${schedule.seed} broke ${breaches.length === 1 ? 'an invariant' : `${breaches.length} invariants`}:`,
    ...breaches.map(({ invariant, atMs, what }) => `  (${invariant}) at ${atMs.toFixed(0)} ms: ${what}`),
    `The story: ${JSON.stringify(schedule)}`,
    'What happened before:',
    ...lines.map((line) => `  ${line.slice(0, 200)}`),
    `Again: ${replayCommand(schedule.seed)}`,
  ].join('\n');
}
