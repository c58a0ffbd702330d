import { describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fakeClock.ts';
import { SleepWatch } from './sleepWatch.ts';

function watch() {
  const clock = new FakeClock(0);
  const slept: number[] = [];
  const sleep = new SleepWatch(clock, (sleptMs) => slept.push(sleptMs));
  sleep.start();
  return { clock, slept, sleep };
}

describe('SleepWatch', () => {
  test('tells once how long nothing ran, by a timer or by whatever happens first', async () => {
    const { clock, slept, sleep } = watch();
    await clock.advance(10_000);
    clock.sleep(30_000);
    await clock.advance(1_500);
    expect(slept).toEqual([30_000]);
    clock.sleep(4_000);
    sleep.noteActivity();
    await clock.advance(5_000);
    // The last tick was at 41,000 ms, and 41,500 + 4,000 is when the frame came.
    expect(slept).toEqual([30_000, 4_500]);
  });

  test('a loop that is blocked for 2 s, and timers that fire once a minute while frames come, are no sleep', async () => {
    const { clock, slept, sleep } = watch();
    clock.sleep(2_900);
    await clock.advance(0);
    for (let frame = 0; frame < 3_000; frame++) {
      clock.sleep(20);
      sleep.noteActivity();
    }
    await clock.advance(0);
    expect(slept).toEqual([]);
  });

  test('stopped, it tells nothing and leaves no timer', async () => {
    const { clock, slept, sleep } = watch();
    sleep.stop();
    clock.sleep(60_000);
    sleep.noteActivity();
    await clock.advance(5_000);
    expect(slept).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
