import { expect, test } from 'vitest';
import type { RelayClock } from '../clock.ts';
import { Liveness, UPSTREAM_LIVENESS } from './liveness.ts';

/** A clock whose timers run when the test says so, as late as it says. */
function createLateClock() {
  let now = 0;
  let due: (() => void) | undefined;
  const clock: RelayClock = {
    nowMs: () => now,
    nowEpochMs: () => now,
    setTimer: (_ms, fn) => (due = fn),
    clearTimer: () => (due = undefined),
  };
  const runAfter = (ms: number): void => {
    now += ms;
    const fn = due;
    due = undefined;
    fn?.();
  };
  return { clock, runAfter };
}

function watch(options: { isDeaf?: boolean; bufferedBytes?: number } = {}) {
  const { clock, runAfter } = createLateClock();
  const state = { pings: 0, deaths: 0 };
  const ports = {
    clock,
    ping: () => void state.pings++,
    isDeaf: () => options.isDeaf ?? false,
    bufferedBytes: () => options.bufferedBytes ?? 0,
    onDead: () => void state.deaths++,
  };
  return { state, runAfter, liveness: new Liveness(ports, UPSTREAM_LIVENESS) };
}

test('a process that slept for an hour takes no connection for dead, and asks anew', () => {
  const { state, runAfter } = watch();
  for (let i = 0; i < 5; i++) runAfter(250);
  expect(state).toEqual({ pings: 1, deaths: 0 });
  runAfter(3_600_000);
  expect(state.deaths).toBe(0);
  for (let i = 0; i < 4; i++) runAfter(250);
  expect(state).toEqual({ pings: 2, deaths: 0 });
  for (let i = 0; i < 5; i++) runAfter(250);
  expect(state).toEqual({ pings: 2, deaths: 1 });
});

test('a side that we do not read is not asked for an answer that we would not hear', () => {
  const { state, runAfter } = watch({ isDeaf: true });
  for (let i = 0; i < 400; i++) runAfter(250);
  expect(state).toEqual({ pings: 0, deaths: 0 });
});

test('stopped, it says nothing more', () => {
  const { state, runAfter, liveness } = watch();
  liveness.stop();
  for (let i = 0; i < 100; i++) runAfter(250);
  expect(state).toEqual({ pings: 0, deaths: 0 });
});
