import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { FramePacer } from './framePacer.ts';
import { FrameTicker } from './frameTicker.ts';

/** A pacer over `frameCount` frames; times are those of its frames, in ms since the start. */
function createPacer(frameCount: number, clock: FakeClock | LateClock, frameMs = 20) {
  const startMs = clock.nowMs();
  const state = { left: frameCount, times: [] as number[], drainedAt: [] as number[] };
  const pacer = new FramePacer(
    new FrameTicker(clock),
    {
      read: () => (state.left-- > 0 ? 320 : 0),
      send: () => state.times.push(clock.nowMs() - startMs),
      onDrained: () => state.drainedAt.push(clock.nowMs() - startMs),
    },
    320,
    frameMs,
  );
  return { pacer, state };
}

/** A clock whose timers fire `lateMs` after they are due. */
class LateClock extends FakeClock {
  lateMs = 0;

  override setTimer(ms: number, fn: () => void): number {
    return super.setTimer(ms + this.lateMs, fn);
  }
}

describe('FramePacer', () => {
  test('5 frames leave at 0, 20, 40, 60 and 80 ms; drained is reported at 100 ms', () => {
    const clock = new FakeClock(100);
    const { pacer, state } = createPacer(5, clock);
    pacer.start();
    clock.advanceMs(1000);
    expect(state.times).toEqual([0, 20, 40, 60, 80]);
    expect(state.drainedAt).toEqual([100]);
    expect(pacer.isRunning).toBe(false);
  });

  test('timers that are always 7 ms late do not add up: frame 500 leaves within 7 ms of its time', () => {
    const clock = new LateClock();
    clock.lateMs = 7;
    const { pacer, state } = createPacer(501, clock);
    pacer.start();
    clock.advanceMs(20_000);
    expect(state.times.length).toBe(501);
    expect(state.times[500]).toBeGreaterThanOrEqual(10_000);
    expect(state.times[500]).toBeLessThanOrEqual(10_007);
  });

  test('one timer that is 130 ms late sends the whole backlog at once, then the schedule goes on', () => {
    const clock = new LateClock();
    const { pacer, state } = createPacer(12, clock);
    clock.lateMs = 130;
    pacer.start();
    clock.lateMs = 0;
    clock.advanceMs(1000);
    expect(state.times).toEqual([0, 150, 150, 150, 150, 150, 150, 150, 160, 180, 200, 220]);
  });

  test('starting while it runs changes nothing; starting after the end begins a new schedule', () => {
    const clock = new FakeClock();
    const { pacer, state } = createPacer(2, clock);
    pacer.start();
    clock.advanceMs(5);
    pacer.start();
    clock.advanceMs(500);
    state.left = 2;
    pacer.start();
    clock.advanceMs(500);
    expect(state.times).toEqual([0, 20, 505, 525]);
  });

  test('stop sends nothing more and reports nothing', () => {
    const clock = new FakeClock();
    const { pacer, state } = createPacer(10, clock);
    pacer.start();
    clock.advanceMs(30);
    pacer.stop();
    clock.advanceMs(500);
    expect(state.times).toEqual([0, 20]);
    expect(state.drainedAt).toEqual([]);
  });

  test('100 times real time sends 10 s of speech in 100 ms', () => {
    const clock = new FakeClock();
    const { pacer, state } = createPacer(500, clock, 0.2);
    pacer.start();
    clock.advanceMs(101);
    expect(state.times.length).toBe(500);
  });

  test.each(['read', 'send'] as const)(
    'a stop during %s ends the stretch: nothing follows, and no timer is left',
    (call) => {
      const clock = new FakeClock();
      let [sent, drained] = [0, 0];
      const pacer = new FramePacer(
        new FrameTicker(clock),
        {
          read: () => {
            if (call === 'read' && sent === 3) pacer.stop();
            return 320;
          },
          send: () => {
            sent += 1;
            if (call === 'send' && sent === 3) pacer.stop();
          },
          onDrained: () => (drained += 1),
        },
        320,
        20,
      );
      pacer.start();
      clock.advanceMs(1000);
      expect([sent, drained, pacer.isRunning, clock.pendingTimerCount]).toEqual([3, 0, false, 0]);
    },
  );

  test('a stop and a start during a frame begin one new schedule, not two', () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const pacer = new FramePacer(
      new FrameTicker(clock),
      {
        read: () => 320,
        send: () => {
          times.push(clock.nowMs());
          if (times.length !== 2) return;
          pacer.stop();
          pacer.start();
        },
        onDrained: () => undefined,
      },
      320,
      20,
    );
    pacer.start();
    clock.advanceMs(60);
    expect(times).toEqual([0, 20, 20, 40, 60]);
    expect(clock.pendingTimerCount).toBe(1);
  });
});
