import { describe, expect, test } from 'vitest';
import { FakeClock } from './fakeClock.ts';

describe('FakeClock', () => {
  test('runs timers by due time, then by creation, and shows each its own due time', () => {
    const clock = new FakeClock(100);
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name}@${clock.nowMs()}`);
    clock.setTimer(30, note('c'));
    clock.setTimer(10, note('a'));
    clock.setTimer(30, note('d'));
    clock.setTimer(20, note('b'));
    clock.advanceMs(29);
    expect(log).toEqual(['a@110', 'b@120']);
    expect(clock.nowMs()).toBe(129);
    clock.advanceTo(130);
    expect(log).toEqual(['a@110', 'b@120', 'c@130', 'd@130']);
    expect(clock.pendingTimerCount).toBe(0);
  });

  test('runs a timer that a timer set, if it falls due on the way', () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const tick = (): void => {
      times.push(clock.nowMs());
      clock.setTimer(20, tick);
    };
    clock.setTimer(20, tick);
    clock.advanceMs(100);
    expect(times).toEqual([20, 40, 60, 80, 100]);
    expect(clock.nextTimerMs).toBe(120);
  });

  test('a cleared timer never runs, not even when cleared by a timer due at the same instant', () => {
    const clock = new FakeClock();
    let runs = 0;
    const ids: unknown[] = [];
    clock.setTimer(5, () => clock.clearTimer(ids[0]));
    ids.push(clock.setTimer(5, () => runs++));
    clock.advanceMs(5);
    expect(runs).toBe(0);
  });

  test('the asynchronous variant settles promises between timers, so a timer set after two awaits still runs on time', async () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const sleepMs = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
    const work = async (): Promise<void> => {
      await Promise.resolve();
      for (let i = 0; i < 3; i++) {
        await sleepMs(10);
        await Promise.resolve();
        times.push(clock.nowMs());
      }
    };
    const done = work();
    await clock.advanceMsAsync(30);
    await done;
    expect(times).toEqual([10, 20, 30]);
  });

  test('refuses to run backwards and refuses a delay that is not finite', () => {
    const clock = new FakeClock(10);
    expect(() => clock.advanceTo(9)).toThrow('now 10 ms, asked for 9 ms');
    expect(() => clock.advanceMs(Number.NaN)).toThrow('Time runs forward');
    expect(() => clock.setTimer(Number.POSITIVE_INFINITY, () => {})).toThrow('finite delay');
  });
});
