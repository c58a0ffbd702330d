import { FakeClock, createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { FramePacer } from './framePacer.ts';
import { FrameTicker } from './frameTicker.ts';

/** A pacer that always has something to say; `times` are those of its frames. */
function createStream(ticker: FrameTicker, frameMs = 20, onSend: (count: number) => void = () => undefined) {
  const times: number[] = [];
  const pacer = new FramePacer(
    ticker,
    {
      read: (frame) => frame.length,
      send: () => {
        times.push(ticker.clock.nowMs());
        onSend(times.length);
      },
      onDrained: () => undefined,
    },
    320,
    frameMs,
  );
  return { pacer, times };
}

/** A clock whose timers fire `lateMs` after they are due. */
class LateClock extends FakeClock {
  lateMs = 0;

  override setTimer(ms: number, fn: () => void): number {
    return super.setTimer(ms + this.lateMs, fn);
  }
}

describe('FrameTicker', () => {
  test('100 streams with frames of 10 to 60 ms that come and go at random keep to their schedules, by one timer (seed 3)', () => {
    const clock = new FakeClock(1000);
    const random = createSeededRandom(3);
    const ticker = new FrameTicker(clock);
    const streams = Array.from({ length: 100 }, (_, i) => {
      const frameMs = 10 * (1 + (i % 6));
      return { ...createStream(ticker, frameMs), frameMs, wanted: [] as number[], startedAtMs: 0 };
    });
    for (let round = 0; round < 500; round++) {
      const stream = random.pick(streams);
      if (stream.pacer.isRunning) {
        const { startedAtMs, frameMs } = stream;
        for (let atMs = startedAtMs; atMs <= clock.nowMs(); atMs += frameMs) stream.wanted.push(atMs);
        stream.pacer.stop();
      } else {
        stream.startedAtMs = clock.nowMs();
        stream.pacer.start();
      }
      expect(clock.pendingTimerCount).toBe(streams.some(({ pacer }) => pacer.isRunning) ? 1 : 0);
      clock.advanceMs(Math.floor(random.next() * 50));
    }
    const stopped = streams.filter(({ pacer }) => !pacer.isRunning);
    expect(stopped.length).toBeGreaterThan(20);
    for (const { times, wanted } of stopped) expect(times).toEqual(wanted);
  });

  test('one timer that is 100 ms late makes up for one stream after the other, earliest first', () => {
    const clock = new LateClock();
    const ticker = new FrameTicker(clock);
    const order: string[] = [];
    const first = createStream(ticker, 20, (count) => order.push(`a${count}`));
    const second = createStream(ticker, 30, (count) => order.push(`b${count}`));
    clock.lateMs = 100;
    first.pacer.start();
    second.pacer.start();
    clock.advanceMs(120);
    // At 0 both; then a is due at every 20 up to 120, b at 30, 60, 90 and 120.
    expect(order.join(' ')).toBe('a1 b1 a2 a3 a4 a5 a6 a7 b2 b3 b4 b5');
  });

  test('a stream that another one starts in its step comes after it, at the same time', () => {
    const clock = new FakeClock();
    const ticker = new FrameTicker(clock);
    const order: string[] = [];
    const second = createStream(ticker, 20, () => order.push(`b at ${clock.nowMs()}`));
    const first = createStream(ticker, 20, (count) => {
      if (count === 2) second.pacer.start();
      order.push(`a at ${clock.nowMs()}`);
    });
    first.pacer.start();
    clock.advanceMs(40);
    expect(order).toEqual(['a at 0', 'a at 20', 'b at 20', 'a at 40', 'b at 40']);
  });

  test('a step that throws stops nobody else', () => {
    const clock = new FakeClock();
    const ticker = new FrameTicker(clock);
    const broken = createStream(ticker, 20, (count) => {
      if (count === 2) throw new Error('broken');
    });
    const other = createStream(ticker);
    broken.pacer.start();
    clock.advanceMs(5);
    other.pacer.start();
    expect(() => clock.advanceMs(100)).toThrow('broken');
    other.pacer.stop();
    other.pacer.start();
    const { length } = other.times;
    clock.advanceMs(40);
    expect(other.times.length).toBe(length + 2);
  });
});
