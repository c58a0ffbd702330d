import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { play, HELD_UP, type VendorId, ALL } from './catalogue/fault.ts';
import { simulateCrowd } from './crowd.ts';
import { INVARIANTS } from './invariants/index.ts';
import type { Invariant } from './invariants/invariant.ts';
import type { Observation } from './observation.ts';
import type { RigOptions } from './rig.ts';

/** Everything that happened, with its time in ms. */
interface Diary {
  readonly entries: { readonly atMs: number; readonly seen: Observation }[];
  readonly invariants: NonNullable<RigOptions['invariants']>;
}

function keepDiary(): Diary {
  const entries: Diary['entries'] = [];
  const writer: Invariant = {
    id: 'diary',
    holds: '',
    watch: () => ({ see: (seen, atMs) => void entries.push({ atMs, seen }) }),
  };
  return { entries, invariants: [...INVARIANTS, writer] };
}

/** When the first thing of a kind happened, after `fromMs`. */
function timeOf(diary: Diary, isMeant: (seen: Observation) => boolean, fromMs = 0): number {
  const found = diary.entries.find(({ atMs, seen }) => atMs >= fromMs && isMeant(seen));
  if (found === undefined) throw new Error('It never happened.');
  return found.atMs;
}

const isStatus =
  (status: string) =>
  (seen: Observation): boolean =>
    seen.type === 'event' && seen.name === 'statusChanged' && (seen.event as { status: string }).status === status;

describe('after a reset in mid-turn', () => {
  test.each(ALL.flatMap((vendor) => [0, 20, 80].map((delayMs) => [vendor, delayMs] as const)))(
    '%s, %d ms away: reconnecting in the same tick, sending within handshake + 50 ms',
    async (vendor, delayMs) => {
      const diary = keepDiary();
      const scene = await play({
        vendor,
        delayMs,
        first: [{ scenario: 'fault17-reset' }],
        durationMs: 4_000,
        invariants: diary.invariants,
      });
      const brokenMs = timeOf(diary, (seen) => seen.type === 'socketClosed');
      expect(timeOf(diary, isStatus('reconnecting')), 'reconnecting').toBe(brokenMs);
      const begunMs = timeOf(diary, (seen) => seen.type === 'attemptBegun' && seen.attempt === 1);
      const isOpening = (seen: Observation): boolean =>
        seen.type === 'vendorSaid' && seen.attempt === 1 && seen.event.type === 'uplinkOpened';
      const handshakeMs = timeOf(diary, isOpening) - begunMs;
      const sentMs = timeOf(diary, (seen) => seen.type === 'audioSent' && seen.attempt === 1);
      expect(sentMs - brokenMs, `ms to sending; the handshake took ${handshakeMs}`).toBeLessThanOrEqual(
        handshakeMs + 50,
      );
      await scene.close(HELD_UP);
    },
  );
});

/** Most frames that left within 100 ms. */
function densest(diary: Diary, fromMs: number, untilMs: number): number {
  const sent = diary.entries.flatMap(({ atMs, seen }) =>
    seen.type === 'audioSent' && atMs >= fromMs && atMs < untilMs ? [{ atMs, frames: seen.frames.length }] : [],
  );
  const counts = sent.map(({ atMs }) =>
    sent.reduce((sum, other) => sum + (other.atMs >= atMs && other.atMs < atMs + 100 ? other.frames : 0), 0),
  );
  return Math.max(...counts);
}

describe('after a choke of the uplink the densest 100 ms is at most twice as dense as the steady stream', () => {
  test.each(ALL.flatMap((vendor) => [800, 5_000].map((chokeMs) => [vendor, chokeMs] as const)))(
    '%s, %d ms',
    async (vendor: VendorId, chokeMs: number) => {
      const diary = keepDiary();
      const scene = await play({
        vendor,
        first: [{ impair: `stopReadingAtMs=3000,stopReadingForMs=${chokeMs}` }],
        durationMs: 12_000,
        invariants: diary.invariants,
      });
      const startMs = diary.entries[0]?.atMs ?? 0;
      // The pre-roll is caught up within a second.
      const steady = densest(diary, startMs + 1_500, startMs + 2_900);
      const after = densest(diary, startMs + 3_000, startMs + 12_000);
      expect(after).toBeGreaterThan(0);
      expect(after, `frames in the densest 100 ms; ${steady} when all was well`).toBeLessThanOrEqual(2 * steady);
      await scene.close(HELD_UP);
    },
  );
});

describe('10,000 clients of a server that restarts', () => {
  test('draw their times themselves: five sessions come back at five times, over the whole 2 s', async () => {
    const backMs: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const scene = await play({
        vendor: 'voice-api',
        seed,
        first: [{ impair: 'closeAtMs=500,closeCode=1012' }],
        durationMs: 3_000,
      });
      const [lostMs = 0] = scene.statusTimesMs('reconnecting');
      backMs.push((scene.statusTimesMs('connected')[1] ?? Infinity) - lostMs);
      await scene.close(HELD_UP);
    }
    expect(new Set(backMs).size).toBe(5);
    expect(Math.max(...backMs) - Math.min(...backMs)).toBeGreaterThan(500);
  });

  // After a long outage waits are uniform up to 30 s, and the first stretch of a return holds 1.95 times its share: chance
  // makes some draws of 10,000 a little more, so the middle one of five counts.
  const middlePeak = (downMs: number, ratio = 1): number => {
    const peaks = [11, 12, 13, 14, 15].map(
      (seed) => simulateCrowd({ clients: 10_000, downMs, random: createSeededRandom(seed).next, ratio }).peakToMean,
    );
    return peaks.toSorted((a, b) => a - b)[2] ?? Infinity;
  };

  test.each([0, 60_000, 600_000])('and is gone for %d ms come back at twice their mean rate at most', (downMs) => {
    expect(middlePeak(downMs)).toBeLessThanOrEqual(2);
  });

  // Stragglers, whom chance gave many short waits in a row, stretch the mean: nine in ten tell more of such an outage. Of all
  // the figures are 9.7, 6.2, 5.3, 3.8 and 2.4.
  test.each([1_000, 2_000, 5_000, 10_000, 20_000])(
    'and is gone for %d ms: nine in ten come back at two and a half times their mean rate at most',
    (downMs) => {
      expect(middlePeak(downMs, 0.9)).toBeLessThanOrEqual(2.5);
    },
  );

  test('without jitter they would not: the measure can fail', () => {
    const { peakToMean } = simulateCrowd({ clients: 10_000, downMs: 5_000, random: () => 0.5 });
    expect(peakToMean).toBeGreaterThan(5);
  });
});
