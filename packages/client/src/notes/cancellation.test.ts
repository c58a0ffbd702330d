import { describe, expect, test } from 'vitest';
import { createDeferred } from '../session/deferred.ts';
import { FakeClock } from '../testing/fakeClock.ts';
import { Cancellation } from './cancellation.ts';

const create = (clock = new FakeClock()) => ({
  clock,
  cancellation: new Cancellation(clock, () => new Error('stopped')),
});
const late = { limitMs: 100, createError: () => new Error('late') };

describe('Cancellation', () => {
  test('lets values and errors through, and leaves no timer', async () => {
    const { clock, cancellation } = create();
    expect(await cancellation.wait(Promise.resolve(7), late)).toBe(7);
    await expect(cancellation.wait(Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
    expect(clock.pendingTimers).toBe(0);
  });

  test('ends every wait at once, those after it too, however the promise ends', async () => {
    const { clock, cancellation } = create();
    const pending = createDeferred<void>();
    const waits = [cancellation.wait(pending.promise, late), cancellation.delay(50)];
    cancellation.cancel();
    cancellation.cancel();
    for (const wait of [...waits, cancellation.wait(pending.promise)]) await expect(wait).rejects.toThrow('stopped');
    pending.reject(new Error('nobody listens'));
    await clock.advance(200);
    expect([cancellation.isCancelled, clock.pendingTimers]).toEqual([true, 0]);
  });

  test('keeps the time of a wait, to the ms', async () => {
    const { clock, cancellation } = create();
    let error: unknown;
    cancellation.wait(new Promise(() => undefined), late).catch((thrown: unknown) => (error = thrown));
    let isOver = false;
    void cancellation.delay(50).then(() => (isOver = true));
    await clock.advance(50);
    expect(isOver).toBe(true);
    await clock.advance(49);
    expect(error).toBeUndefined();
    await clock.advance(1);
    expect(String(error)).toContain('late');
    expect(clock.pendingTimers).toBe(0);
  });
});
