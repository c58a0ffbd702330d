import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertNear, findSharedFile } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { Arrivals } from './arrivals.ts';
import type { ImpairmentPlan } from './plan.ts';
import { checkTrace } from './trace.ts';

const RECORDINGS = findSharedFile('data/network');

/** Arrival times of `count` messages, one sent every 20 ms. */
function arrivals(plan: ImpairmentPlan, count: number, seed = 3): number[] {
  const model = new Arrivals(plan, createRandom(seed), createRandom(seed + 1));
  return Array.from({ length: count }, (_, i) => model.next(20 * i));
}

const delaysOf = (times: readonly number[]): number[] => times.map((atMs, i) => atMs - 20 * i);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const isOrdered = (times: readonly number[]): boolean => times.every((atMs, i) => atMs >= (times[i - 1] ?? 0));

describe('Arrivals', () => {
  test('nothing in the plan, nothing in the way; a delay of 40 ms is 40 ms', () => {
    expect(arrivals({}, 3)).toEqual([0, 20, 40]);
    expect(arrivals({ delayMs: 40 }, 3)).toEqual([40, 60, 80]);
  });

  test('50,000 jitters of 8 ms: their mean within 2 %, one seed gives one sequence, order is kept', () => {
    // Sent a second apart, no message waits for the one before.
    const model = new Arrivals({ jitterMs: 8 }, createRandom(1), createRandom(2));
    const jitters = Array.from({ length: 50_000 }, (_, i) => model.next(1000 * i) - 1000 * i);
    assertNear('mean', mean(jitters), 8, 0.16, 'ms');
    const plan = { delayMs: 20, jitterMs: 30 };
    expect(arrivals(plan, 200)).toEqual(arrivals(plan, 200));
    expect(arrivals(plan, 200)).not.toEqual(arrivals(plan, 200, 4));
    expect(isOrdered(arrivals(plan, 5000))).toBe(true);
  });

  test('1 % of losses at 120 ms each hold up what is behind them, for 120 ms and not longer', () => {
    const times = arrivals({ delayMs: 40, lossRatio: 0.01, recoveryMs: 120 }, 50_000);
    const late = delaysOf(times).filter((delayMs) => delayMs > 40);
    // A loss holds up the message itself and the five behind it, the sixth arrives in time.
    assertNear('late', late.length / times.length, 0.06, 0.006, '');
    expect(Math.max(...late)).toBe(160);
    expect(isOrdered(times)).toBe(true);
  });

  test('losses in bursts: as many as the chain predicts within 10 %, and longer runs than single losses have', () => {
    const plan = { burstEnterRatio: 0.01, burstLeaveRatio: 0.25, burstLossRatio: 0.6, recoveryMs: 1 };
    const model = new Arrivals(plan, createRandom(8), createRandom(9));
    const losses = Array.from({ length: 200_000 }, (_, i) => (model.next(1000 * i) - 1000 * i > 0 ? 1 : 0) as number);
    assertNear('loss', mean(losses), (0.01 / 0.26) * 0.6, 0.0023, '');
    const afterLoss = losses.filter((_, i) => losses[i - 1] === 1);
    assertNear('loss after a loss', mean(afterLoss), 0.75 * 0.6, 0.03, '');
  });

  test('a stall of 300 ms every second: what falls into it arrives together at its end', () => {
    const times = arrivals({ stallEveryMs: 1000, stallMs: 300 }, 100);
    expect(times.filter((atMs) => atMs % 1000 > 700)).toEqual([]);
    expect(times.filter((atMs) => atMs === 1000).length).toBe(16);
    expect(times.slice(0, 35)).toEqual(arrivals({}, 35));
  });

  test('bundles of 100 ms', () => {
    expect(arrivals({ bundleEveryMs: 100 }, 11)).toEqual([0, 100, 100, 100, 100, 100, 200, 200, 200, 200, 200]);
  });
});

describe('a recorded trace', () => {
  test('is replayed exactly and then begins again', () => {
    const trace = checkTrace({
      sendArriveMs: [
        [100, 150],
        [120, 155],
        [140, 240],
      ],
    });
    expect(arrivals({ trace, delayMs: 999 }, 6)).toEqual([50, 55, 140, 140, 140, 200]);
  });

  test.for(['wifi', 'lossy', 'ge', 'ge-bbr-s21', 'ge-cubic', 'ge-cubic-s22', 'far'])(
    '%s, sent as it was recorded, arrives as it was recorded: 60 s to the microsecond',
    (name, { skip }) => {
      skip(RECORDINGS === null, 'the shared recordings are not beside the repository');
      const file = join(RECORDINGS ?? '', `${name}.json`);
      const trace = checkTrace(JSON.parse(readFileSync(file, 'utf8')));
      const model = new Arrivals({ trace }, createRandom(1), createRandom(2));
      const startMs = trace.sendArriveMs[0]?.[0] ?? 0;
      for (const [sendMs, arriveMs] of trace.sendArriveMs) {
        assertNear('arrival', model.next(sendMs - startMs), arriveMs - startMs, 0.001, 'ms');
      }
    },
  );
});
