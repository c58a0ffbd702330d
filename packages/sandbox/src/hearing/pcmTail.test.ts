import { createSeededRandom, makeSequence } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { PcmStore, PcmTail } from './pcmTail.ts';

describe('PcmTail', () => {
  test('keeps exactly the last 20,000 of 100,000 samples, whatever the block lengths (seed 11)', () => {
    const random = createSeededRandom(11);
    const stream = makeSequence(0, 100_000);
    const tail = new PcmTail(20_000);
    for (let at = 0; at < stream.length;) {
      const length = Math.min(stream.length - at, Math.floor(random.next() * 1000));
      tail.push(stream.subarray(at, at + length));
      at += length;
      const from = Math.max(0, at - 20_000);
      if (at % 7 === 0) expect(tail.slice(from, at)).toEqual(stream.slice(from, at));
    }
    expect([tail.startSample, tail.endSample]).toEqual([80_000, 100_000]);
    expect(tail.slice(0, 100_000)).toEqual(stream.slice(80_000));
  });

  test('clips what is asked for to what is kept', () => {
    const tail = new PcmTail(4);
    tail.push(Int16Array.of(1, 2, 3));
    expect([...tail.slice(-5, 2)]).toEqual([1, 2]);
    expect([...tail.slice(2, 99)]).toEqual([3]);
    expect([...tail.slice(3, 1)]).toEqual([]);
    tail.push(Int16Array.of(4, 5));
    expect([...tail.slice(0, 99)]).toEqual([2, 3, 4, 5]);
  });

  test('room that is given back is lent again, and what was in it is never shown', () => {
    const store = new PcmStore();
    const first = new PcmTail(8000, store);
    first.push(new Int16Array(9000).fill(7));
    first.release();
    expect([first.endSample, first.slice(0, 9000).length]).toEqual([0, 0]);
    const second = new PcmTail(8000, store);
    second.push(Int16Array.of(1, 2));
    expect([...second.slice(0, 9000)]).toEqual([1, 2]);
    first.push(Int16Array.of(3));
    expect([[...second.slice(0, 2)], [...first.slice(0, 1)]]).toEqual([[1, 2], [3]]);
  });

  test('a store lends each block to one tail at a time, and keeps 512 of them', () => {
    const store = new PcmStore();
    const lent = Array.from({ length: 600 }, () => store.take());
    expect(new Set(lent).size).toBe(600);
    store.giveBack(lent);
    store.giveBack(lent.slice(0, 1));
    const again = Array.from({ length: 600 }, () => store.take());
    expect(new Set(again).size).toBe(600);
    expect(again.filter((block) => lent.includes(block))).toHaveLength(512);
  });
});
