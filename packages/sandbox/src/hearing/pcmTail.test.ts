import { createSeededRandom, makeSequence } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { PcmTail } from './pcmTail.ts';

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
});
