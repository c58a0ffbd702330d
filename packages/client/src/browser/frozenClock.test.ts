import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FrozenClock, type WatchedContext } from './frozenClock.ts';

/** No browser here can be made to freeze a context: one whose clock moves by real time, or stands still, by wish. */
class Context implements WatchedContext {
  state: AudioContextState = 'running';
  currentTime = 0;
  isFrozen = false;
  /** Whether a restart thaws it. */
  helps = true;
  readonly log: string[] = [];

  suspend(): Promise<void> {
    this.log.push('suspend');
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.log.push('resume');
    if (this.helps) this.isFrozen = false;
    return Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 50) {
      if (!this.isFrozen && this.state === 'running') this.currentTime += 0.05;
      await vi.advanceTimersByTimeAsync(50);
    }
  }
}

const RESTART = ['suspend', 'resume'];

function watch(): { context: Context; clock: FrozenClock; onHopeless: ReturnType<typeof vi.fn> } {
  const context = new Context();
  const onHopeless = vi.fn<() => void>();
  const clock = new FrozenClock(context, onHopeless);
  clock.start();
  return { context, clock, onHopeless };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a context that is running', () => {
  test('is left alone for a minute while its clock moves', async () => {
    const { context } = watch();
    await context.pass(60_000);
    expect(context.log).toEqual([]);
  });

  test('is started again within 1.5 s of its clock standing still, once, and the user is not bothered', async () => {
    const { context, onHopeless } = watch();
    await context.pass(3_000);
    context.isFrozen = true;
    await context.pass(1_500);
    expect(context.log).toEqual(RESTART);
    await context.pass(10_000);
    expect(context.log).toEqual(RESTART);
    expect(onHopeless).not.toHaveBeenCalled();
  });

  test('and that three restarts do not help asks for a gesture, once, and is tried on', async () => {
    const { context, onHopeless } = watch();
    context.helps = false;
    context.isFrozen = true;
    await context.pass(10_000);
    expect(onHopeless).toHaveBeenCalledTimes(1);
    expect(context.log.length).toBeGreaterThan(3 * RESTART.length);
    context.isFrozen = false;
    await context.pass(1_000);
    context.log.length = 0;
    await context.pass(5_000);
    expect(context.log).toEqual([]);
  });
});

test('a context that is suspended or interrupted has a clock that stands still by right', async () => {
  const { context } = watch();
  context.state = 'suspended';
  await context.pass(5_000);
  expect(context.log).toEqual([]);
});

test('a page that was frozen itself finds the clock where it was for one look, which is no reason yet', async () => {
  const { context } = watch();
  await context.pass(3_000);
  context.isFrozen = true;
  await context.pass(600);
  context.isFrozen = false;
  await context.pass(3_000);
  expect(context.log).toEqual([]);
});

test('nothing is looked at after stop', async () => {
  const { context, clock } = watch();
  clock.stop();
  context.isFrozen = true;
  await context.pass(5_000);
  expect([context.log, vi.getTimerCount()]).toEqual([[], 0]);
});
