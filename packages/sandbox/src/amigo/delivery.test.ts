import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { Delivery } from './delivery.ts';
import type { Piece } from './pieces.ts';

const piece = (content: string, durationMs = 100): Piece => ({ content, alignment: null, durationMs });

/** A delivery that writes down what it sends, with times from its beginning. */
function rig(speedRatio: number) {
  const clock = new FakeClock(1000);
  const sent: [atMs: number, content: string][] = [];
  const idleAtMs: number[] = [];
  const delivery = new Delivery({
    clock,
    speedRatio,
    send: ({ content }) => sent.push([clock.nowMs() - 1000, String(content)]),
    onIdle: () => idleAtMs.push(clock.nowMs() - 1000),
  });
  return { clock, sent, idleAtMs, delivery };
}

describe('Delivery', () => {
  test('the first piece at once, the others when those before have had their time, idle after the last', () => {
    const { clock, sent, idleAtMs, delivery } = rig(4);
    delivery.push([piece('a'), piece('b', 200), piece('c')]);
    expect(delivery.isIdle).toBe(false);
    clock.advanceMs(1000);
    expect(sent).toEqual([
      [0, 'a'],
      [25, 'b'],
      [75, 'c'],
    ]);
    expect([idleAtMs, delivery.isIdle, clock.pendingTimerCount]).toEqual([[100], true, 0]);
  });

  test('what is pushed meanwhile joins the queue; after a pause it goes at once', () => {
    const { clock, sent, delivery } = rig(1);
    delivery.push([piece('a')]);
    clock.advanceMs(50);
    delivery.push([piece('b')]);
    clock.advanceMs(500);
    delivery.push([piece('c')]);
    expect(sent).toEqual([
      [0, 'a'],
      [100, 'b'],
      [550, 'c'],
    ]);
  });

  test('pieces shorter than a ms leave together, and a late timer sends the backlog', () => {
    const { clock, sent, delivery } = rig(1);
    delivery.push(Array.from({ length: 100 }, (_, i) => piece(String(i), 0.05)));
    clock.advanceMs(5);
    expect(sent.length).toBe(100);
    expect(sent.at(-1)?.[0]).toBeLessThanOrEqual(5);
  });

  test('what falls due while it sends waits for the next timer', () => {
    const clock = new FakeClock(1000);
    const sent: string[] = [];
    const delivery = new Delivery({
      clock,
      speedRatio: 1,
      send({ content }) {
        sent.push(String(content));
        // The machine is slower than the pace.
        if (sent.length <= 3) clock.advanceMs(2);
      },
      onIdle: () => undefined,
    });
    delivery.push(Array.from({ length: 5 }, (_, i) => piece(String(i), 1)));
    expect(sent).toEqual(['0']);
    clock.advanceMs(10);
    expect(sent).toEqual(['0', '1', '2', '3', '4']);
  });

  test('stop drops what waits and says nothing, also from within a send', () => {
    const { clock, sent, idleAtMs, delivery } = rig(1);
    delivery.push([piece('a'), piece('b')]);
    delivery.stop();
    clock.advanceMs(1000);
    expect([sent.length, idleAtMs, clock.pendingTimerCount]).toEqual([1, [], 0]);
    const contents: string[] = [];
    const own: Delivery = new Delivery({
      clock,
      speedRatio: 1000,
      send({ content }) {
        contents.push(String(content));
        own.stop();
      },
      onIdle: () => contents.push('idle'),
    });
    own.push([piece('a', 0.001), piece('b')]);
    clock.advanceMs(1000);
    expect(contents).toEqual(['a']);
  });
});
