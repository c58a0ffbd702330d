import { describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fakeClock.ts';
import { Liveness } from './liveness.ts';

function watch(canProbe = false) {
  const clock = new FakeClock(0);
  const socket = { sent: 0, buffered: 0 };
  const stalls: number[] = [];
  const probes: number[] = [];
  const liveness = new Liveness({
    clock,
    sentBytes: () => socket.sent,
    bufferedBytes: () => socket.buffered,
    probe: () => {
      if (canProbe) probes.push(clock.nowMs());
      return canProbe;
    },
    onStalled: () => stalls.push(clock.nowMs()),
  });
  liveness.start();
  return { clock, socket, stalls, probes, liveness };
}

describe('Liveness', () => {
  test('data that does not leave for 1 s is a stall, found within 1.5 s', async () => {
    const { clock, socket, stalls } = watch();
    await clock.advance(1_000);
    socket.sent = 1920;
    socket.buffered = 1920;
    await clock.advance(5_000);
    expect(stalls).toEqual([2_000]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a slow socket that moves is alive, even with as much waiting at every look', async () => {
    const { clock, socket, stalls } = watch();
    for (let step = 0; step < 40; step++) {
      socket.sent += 640;
      socket.buffered = 1280;
      await clock.advance(250);
    }
    expect(stalls).toEqual([]);
  });

  test('silence is no stall where nobody can be asked', async () => {
    const { clock, stalls } = watch();
    await clock.advance(60_000);
    expect(stalls).toEqual([]);
  });

  test('where it can be asked, the other end is, after 1 s of silence; no answer within 1.25 s is a stall', async () => {
    const { clock, stalls, probes } = watch(true);
    await clock.advance(10_000);
    expect(probes).toEqual([1_000]);
    expect(stalls).toEqual([2_250]);
  });

  test('an answer, or anything else that comes in, is a sign of life', async () => {
    const { clock, stalls, probes, liveness } = watch(true);
    let answered = 0;
    for (let step = 0; step < 20; step++) {
      await clock.advance(600);
      if (probes.length > answered) liveness.heard();
      answered = probes.length;
    }
    expect(stalls).toEqual([]);
    expect(probes.length).toBeGreaterThan(3);
  });

  test('a blocked loop is no stall: the answer that waits behind the late look is heard first', async () => {
    const { clock, socket, stalls, probes, liveness } = watch(true);
    await clock.advance(1_000);
    expect(probes).toEqual([1_000]);
    socket.sent = 640;
    socket.buffered = 640;
    clock.sleep(3_000);
    await clock.advance(0);
    liveness.heard();
    socket.buffered = 0;
    await clock.advance(900);
    expect(stalls).toEqual([]);
    expect(probes).toEqual([1_000, 4_000]);
  });

  test('a connection that died in the sleep is found 1.25 s after the waking where it can be asked, and else 1 s after', async () => {
    for (const [canProbe, foundMs] of [
      [true, 30_000 + 1_250],
      [false, 30_000 + 1_000],
    ] as const) {
      const { clock, socket, stalls } = watch(canProbe);
      clock.sleep(30_000);
      if (!canProbe) socket.sent = socket.buffered = 640;
      await clock.advance(5_000);
      expect(stalls).toEqual([foundMs]);
    }
  });

  test('where timers fire once a second, a stall is found within 3 s all the same', async () => {
    const { clock, socket, stalls } = watch();
    socket.sent = socket.buffered = 640;
    for (let second = 0; second < 3; second++) {
      clock.sleep(1_000);
      await clock.advance(0);
    }
    expect(stalls.length).toBe(1);
  });

  test('stopped, it looks no more', async () => {
    const { clock, stalls, liveness } = watch(true);
    liveness.stop();
    await clock.advance(10_000);
    expect(stalls).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
