import { describe, expect, test } from 'vitest';
import { MemoryMap, RESERVED_BYTES } from './memoryMap.ts';

describe('MemoryMap', () => {
  test('places regions in order, aligned to 64 bytes, at least 64 bytes apart, above what the compiler claims', () => {
    const map = new MemoryMap();
    for (const byteLength of [0, 1, 16, 17, 4096]) map.reserve(byteLength);
    let free = RESERVED_BYTES;
    for (const { offsetBytes, byteLength } of map.regions) {
      expect(offsetBytes % 64).toBe(0);
      expect(byteLength % 64).toBe(0);
      expect(offsetBytes).toBeGreaterThanOrEqual(free);
      free = offsetBytes + byteLength + 64;
    }
    expect(map.pageCount).toBe(1);
  });

  test('one byte more than a page holds takes a second page', () => {
    const map = new MemoryMap();
    map.reserve(65_536 - RESERVED_BYTES - 64);
    expect(map.pageCount).toBe(1);
    map.reserve(1);
    expect(map.pageCount).toBe(2);
  });
});
