import { expect, test } from 'vitest';
import { createLateDetector } from './lateDetector.ts';

test('a detector is made with the first frame, once, and disposed of if it was made', () => {
  const log: string[] = [];
  const create = () => {
    log.push('made');
    return { process: (frame: Int16Array) => frame.length, dispose: () => log.push('disposed') };
  };
  const unused = createLateDetector(create);
  unused.dispose?.();
  expect(log).toEqual([]);
  const used = createLateDetector(create);
  expect([used.process(new Int16Array(320)), used.process(new Int16Array(160))]).toEqual([320, 160]);
  used.dispose?.();
  expect(log).toEqual(['made', 'disposed']);
});
