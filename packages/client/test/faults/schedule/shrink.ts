// This file makes a story that breaks an invariant as short as it can be while it still breaks the same one.
import type { Outcome } from './runSchedule.ts';
import type { Schedule } from './schedule.ts';

/** Stories that are tried at most. */
const MAX_TRIES = 120;

/** @param run Plays a story. @returns The shortest one found, and what came of it. */
export async function shrinkSchedule(
  schedule: Schedule,
  run: (schedule: Schedule) => Promise<Outcome>,
): Promise<{ schedule: Schedule; outcome: Outcome }> {
  let best = { schedule, outcome: await run(schedule) };
  const wanted = best.outcome.breaches[0]?.invariant;
  if (wanted === undefined) return best;
  let triesLeft = MAX_TRIES;
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false;
    for (const candidate of simplerThan(best.schedule)) {
      if (triesLeft-- <= 0) return best;
      const outcome = await run(candidate);
      if (outcome.breaches[0]?.invariant !== wanted) continue;
      best = { schedule: candidate, outcome };
      hasShrunk = true;
      break;
    }
  }
  return best;
}

/** One thing less each. */
function* simplerThan(schedule: Schedule): Generator<Schedule> {
  const { acts, conditions, credentials } = schedule;
  for (let i = acts.length - 1; i >= 0; i--) yield { ...schedule, acts: acts.filter((_, k) => k !== i) };
  for (let i = 0; i < conditions.length; i++) {
    if (Object.keys(conditions[i] ?? {}).length === 0) continue;
    yield { ...schedule, conditions: conditions.map((wishes, k) => (k === i ? {} : wishes)) };
  }
  if (conditions.length > 1) yield { ...schedule, conditions: conditions.slice(0, -1) };
  if (credentials.some((deed) => deed !== 'give')) yield { ...schedule, credentials: ['give'] };
  if (schedule.networkDelayMs > 0) yield { ...schedule, networkDelayMs: 0 };
}
