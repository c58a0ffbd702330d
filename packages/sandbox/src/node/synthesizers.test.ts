import { expect, test } from 'vitest';
import { WaitingLine } from './synthesizers.ts';

test('two jobs run, a hundred wait in order, the next is refused; a job that fails gives up its place', async () => {
  const line = new WaitingLine();
  const ends: (() => void)[] = [];
  const started: number[] = [];
  const done: number[] = [];
  const jobs = Array.from({ length: 102 }, async (_, i) => {
    await line.run(async () => {
      started.push(i);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (i === 0) throw new Error('failed');
    });
    done.push(i);
  });
  const outcomes = Promise.allSettled(jobs);
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  const refused = expect.objectContaining({ code: 'synthesis-failed' }) as unknown;
  await expect(line.run(() => Promise.resolve())).rejects.toEqual(refused);

  while (done.length < jobs.length - 1) {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await outcomes).filter(({ status }) => status === 'rejected').length).toBe(1);
  expect(started).toEqual(jobs.map((_, i) => i));
  expect(await line.run(() => Promise.resolve('free again'))).toBe('free again');
});
