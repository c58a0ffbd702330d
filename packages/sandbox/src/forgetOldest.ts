// This file keeps a map from growing without end.

/** Forgets the entries that were set first until at most `maxCount` are left. */
export function forgetOldest(map: Map<unknown, unknown>, maxCount: number): void {
  for (const key of map.keys()) {
    if (map.size <= maxCount) return;
    map.delete(key);
  }
}
