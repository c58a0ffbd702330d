import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { MessagePipe } from './messagePipe.ts';

/** A clock that counts the timers that fire. */
function createClock() {
  const fake = new FakeClock(0);
  const state = { fired: 0 };
  const clock: Clock = {
    nowMs: () => fake.nowMs(),
    setTimer: (ms, fn) =>
      fake.setTimer(ms, () => {
        state.fired += 1;
        fn();
      }),
    clearTimer: (timer) => fake.clearTimer(timer),
  };
  return { fake, clock, state };
}

describe('a message pipe', () => {
  test('delivers any number in order, each when it is due, and keeps none', () => {
    const { fake, clock } = createClock();
    const pipe = new MessagePipe(clock);
    const heard: [item: number, atMs: number][] = [];
    const wanted: [item: number, atMs: number][] = [];
    for (let i = 0; i < 20_000; i++) {
      const dueMs = Math.floor(i / 3000) * 10;
      wanted.push([i, dueMs]);
      pipe.push(() => heard.push([i, fake.nowMs()]), 1, dueMs);
    }
    expect(pipe.heldBytes).toBe(20_000);
    fake.advanceMs(100);
    expect(heard).toEqual(wanted);
    expect([pipe.heldBytes, pipe.heldMemoryBytes, pipe.isEmpty, fake.pendingTimerCount]).toEqual([0, 0, true, 0]);
  });

  test('a crowd that is due at once is delivered over several turns, at the same time', () => {
    const { fake, clock, state } = createClock();
    const pipe = new MessagePipe(clock, 5);
    const perTurn: number[] = [];
    for (let i = 0; i < 10_000; i++) pipe.push(() => (perTurn[state.fired] = (perTurn[state.fired] ?? 0) + 1));
    fake.advanceMs(5);
    expect(perTurn.slice(1)).toEqual(Array.from({ length: 20 }, () => 500));
  });

  test('empty items take memory too, until they are delivered or forgotten', () => {
    const { fake, clock } = createClock();
    const pipe = new MessagePipe(clock, 10);
    for (let i = 0; i < 5000; i++) pipe.push(() => undefined);
    expect([pipe.heldBytes, pipe.heldMemoryBytes]).toEqual([0, 5000 * 256]);
    fake.advanceMs(10);
    expect(pipe.heldMemoryBytes).toBe(0);
    pipe.push(() => undefined);
    pipe.clear();
    expect([pipe.heldMemoryBytes, pipe.isEmpty]).toEqual([0, true]);
  });

  test('what a delivery pushes comes after what is there, though it takes several turns', () => {
    const { fake, clock } = createClock();
    const pipe = new MessagePipe(clock);
    const heard: string[] = [];
    pipe.push(() => pipe.push(() => heard.push('pushed')));
    for (let i = 0; i < 1500; i++) pipe.push(() => heard.push('there'));
    fake.advanceMs(0);
    expect([heard.length, heard.indexOf('pushed')]).toEqual([1501, 1500]);
  });

  test('a far end that stops reading gets the rest when it reads again; one that forgets gets nothing', () => {
    for (const stop of ['hold', 'clear'] as const) {
      const { fake, clock } = createClock();
      const pipe = new MessagePipe(clock);
      const heard: number[] = [];
      for (let i = 0; i < 3000; i++) {
        pipe.push(() => {
          heard.push(i);
          if (i === 1200) pipe[stop]();
        });
      }
      fake.advanceMs(10);
      expect(heard.length).toBe(1201);
      pipe.release();
      fake.advanceMs(10);
      expect(heard).toEqual(Array.from({ length: stop === 'hold' ? 3000 : 1201 }, (_, i) => i));
    }
  });
});
