import { expect, test } from 'vitest';
import { forgetOldest } from './forgetOldest.ts';

test('of 5 entries the 3 that were set last stay; of 3, all', () => {
  const map = new Map(['a', 'b', 'c', 'd', 'e'].map((key) => [key, 1]));
  // Setting again does not move an entry; deleting before does.
  map.set('a', 2);
  map.delete('b');
  map.set('b', 2);
  forgetOldest(map, 3);
  expect([...map.keys()]).toEqual(['d', 'e', 'b']);
  forgetOldest(map, 3);
  expect(map.size).toBe(3);
  forgetOldest(map, 0);
  expect(map.size).toBe(0);
});
