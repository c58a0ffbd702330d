import { describe, expect, test } from 'vitest';
import { SampleRing } from './sampleRing.ts';

describe('SampleRing', () => {
  test('has no summary before the first value', () => {
    expect(new SampleRing().summary()).toBeNull();
  });

  test('gives nearest-rank percentiles of 1 to 100 ms', () => {
    const ring = new SampleRing();
    for (let value = 100; value >= 1; value--) ring.record(value);
    expect(ring.summary()).toEqual({ count: 100, minMs: 1, p50Ms: 50, p95Ms: 95, maxMs: 100 });
  });

  test('keeps the newest 4,096 values, oldest first, and counts all', () => {
    const ring = new SampleRing();
    for (let value = 0; value < 5_000; value++) ring.record(value);
    expect(ring.toArray().length).toBe(4_096);
    expect(ring.toArray()[0]).toBe(904);
    expect(ring.toArray().at(-1)).toBe(4_999);
    expect(ring.summary()?.count).toBe(5_000);
  });
});
