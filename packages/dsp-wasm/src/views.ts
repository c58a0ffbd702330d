// This file keeps views of a memory by their length: making one costs more than most kernels take.

/** Makes a view when its length is first asked for; after that nothing is allocated. */
export function viewsByLength<T>(make: (length: number) => T): (length: number) => T {
  const views: (T | undefined)[] = [];
  return (length) => (views[length] ??= make(length));
}
