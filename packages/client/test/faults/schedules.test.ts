import { describe, expect, test } from 'vitest';
import { runSchedule, type Outcome } from './schedule/runSchedule.ts';
import { drawSchedule, type Schedule } from './schedule/schedule.ts';
import { shrinkSchedule } from './schedule/shrink.ts';
import { tellOutcome } from './schedule/tellOutcome.ts';

/** `pnpm nightly` plays a hundred times as many. */
const STORY_COUNT = Number(process.env['VOICEWIRE_STORIES'] ?? 1_000);
const LOT = 100;
/** One story in so many is played twice. */
const REPEAT_EVERY = 50;

const lots = Array.from({ length: STORY_COUNT / LOT }, (_, i) => i * LOT);

describe(`${STORY_COUNT} random stories of a session`, () => {
  test.each(lots)(
    'from seed %d on break no invariant, and leave the same log again',
    async (first) => {
      for (let seed = first; seed < first + LOT; seed++) {
        const schedule = drawSchedule(seed);
        const outcome = await runSchedule(schedule);
        if (outcome.breaches.length > 0) throw new Error(tellOutcome(schedule, outcome));
        if (seed % REPEAT_EVERY !== 0) continue;
        const again = await runSchedule(schedule);
        expect(again.logHash, `(ix) seed ${seed}`).toBe(outcome.logHash);
      }
    },
    120_000,
  );
});

test('the same seed draws the same story, another one another', () => {
  expect(drawSchedule(7)).toEqual(drawSchedule(7));
  expect(drawSchedule(7)).not.toEqual(drawSchedule(8));
});

test('a story that breaks is shortened to what it needs', async () => {
  const schedule = { ...drawSchedule(8), acts: [1, 2, 3, 4].map((atMs) => ({ atMs, do: 'abort' as const })) };
  const needsThree = async ({ acts }: Schedule): Promise<Outcome> => ({
    breaches: acts.some(({ atMs }) => atMs === 3) ? [{ invariant: 'i', atMs: 0, what: 'three' }] : [],
    lines: [],
    logHash: '',
    durationMs: 0,
  });
  const shrunk = await shrinkSchedule(schedule, needsThree);
  expect(shrunk.schedule.acts).toEqual([{ atMs: 3, do: 'abort' }]);
  expect(shrunk.schedule.conditions).toEqual([{}]);
  expect(tellOutcome(shrunk.schedule, shrunk.outcome)).toContain(`--seed ${schedule.seed}`);
});
