import { createSeededRandom } from '@voicewire/testkit';
import { expect, test } from 'vitest';
import { RecentMap } from './recentMap.ts';

test('of 100,000 keys it holds at most 100, among them always the 50 that were used last (seed 3)', () => {
  const map = new RecentMap<number>(100);
  const random = createSeededRandom(3);
  let used: string[] = [];
  let faultCount = 0;
  for (let i = 0; i < 100_000; i++) {
    const key = `key-${Math.floor(random.next() * 200)}`;
    const isLate = used.includes(key);
    if (map.get(key) === undefined) {
      if (isLate) faultCount++;
      map.set(key, i);
    }
    used = [key, ...used.filter((other) => other !== key)].slice(0, 50);
    if (map.count > 100) faultCount++;
  }
  expect(faultCount).toBe(0);
});

test('a value that is set again replaces the one before, in either generation', () => {
  const map = new RecentMap<string>(4);
  for (const key of ['a', 'b', 'c']) map.set(key, 'first');
  map.set('a', 'second');
  expect([map.get('a'), map.get('c'), map.get('d')]).toEqual(['second', 'first', undefined]);
});
