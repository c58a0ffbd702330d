import { FakeClock } from '@voicewire/client/testing';
import { describe, expect, test } from 'vitest';
import { Occurrences } from './occurrences.ts';

const any = (): boolean => true;

describe('Occurrences', () => {
  test('gives events that came before the wait, in order, each once', async () => {
    const clock = new FakeClock();
    const numbers = new Occurrences<number>(clock);
    numbers.add(1);
    numbers.add(2);
    expect([await numbers.next(any, 100), await numbers.next(any, 100)]).toEqual([1, 2]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('passes over what is not accepted, for good', async () => {
    const clock = new FakeClock();
    const numbers = new Occurrences<number>(clock);
    for (const each of [1, 2, 3]) numbers.add(each);
    expect(await numbers.next((each) => each > 1, 100)).toBe(2);
    expect(await numbers.next(any, 100)).toBe(3);
  });

  test('waits until the instant it is told, not a millisecond longer', async () => {
    const clock = new FakeClock(1000);
    const numbers = new Occurrences<number>(clock);
    const outcomes: (number | null)[] = [];
    void numbers.next(any, 1050).then((outcome) => outcomes.push(outcome));
    await clock.advance(49);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toEqual([null]);
    numbers.add(7);
    expect(await numbers.next(any, 1051)).toBe(7);
  });

  test('after the end gives what was left, then null at once', async () => {
    const clock = new FakeClock();
    const numbers = new Occurrences<number>(clock);
    const waiting = numbers.next((each) => each === 9, 60_000);
    numbers.end();
    expect(await waiting).toBeNull();
    numbers.add(5);
    expect(await numbers.next(any, 60_000)).toBe(5);
    expect(await numbers.next(any, 60_000)).toBeNull();
    expect(clock.pendingTimers).toBe(0);
  });
});
