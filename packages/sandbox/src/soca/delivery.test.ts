import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { Delivery } from './delivery.ts';
import type { Parcel } from './sentence.ts';

/** A message that carries so much speech. */
const parcel = (name: string, speechMs: number, pauseMs = 0): Parcel => ({
  message: { type: 'stt.partial', text: name },
  pcm: new Int16Array(speechMs * 16),
  pauseMs,
});

function createScene(speedRatio = 4) {
  const clock = new FakeClock(1000);
  const log: string[] = [];
  const nameOf = ({ message }: Parcel): string => (message.type === 'stt.partial' ? message.text : '');
  const delivery = new Delivery({
    clock,
    speedRatio,
    send: (sent) => log.push(`${clock.nowMs() - 1000} ${nameOf(sent)}`),
    onIdle: () => log.push(`${clock.nowMs() - 1000} idle`),
  });
  return { clock, log, delivery, nameOf };
}

describe('Delivery', () => {
  test('the first leaves at once, each next after a quarter of the speech before it', () => {
    const { clock, log, delivery } = createScene();
    delivery.push([parcel('a', 400), parcel('b', 200), parcel('c', 0)]);
    expect(log).toEqual(['0 a']);
    clock.advanceMs(1000);
    expect(log).toEqual(['0 a', '100 b', '150 c', '150 idle']);
  });

  test('what is pushed later waits for what is under way, and goes at once after it', () => {
    const { clock, log, delivery } = createScene();
    delivery.push([parcel('a', 400)]);
    clock.advanceMs(20);
    delivery.push([parcel('b', 400)]);
    clock.advanceMs(1000);
    delivery.push([parcel('c', 0)]);
    expect(log).toEqual(['0 a', '0 idle', '100 b', '100 idle', '1020 c', '1020 idle']);
  });

  test('a pause comes before its message', () => {
    const { clock, log, delivery } = createScene();
    delivery.push([parcel('a', 400), parcel('b', 400, 800), parcel('c', 0)]);
    clock.advanceMs(2000);
    expect(log).toEqual(['0 a', '900 b', '1000 c', '1000 idle']);
  });

  test('a cut returns the rest in order, sends none of it, and what follows goes at once', () => {
    const { clock, log, delivery, nameOf } = createScene();
    delivery.push([parcel('a', 4000), parcel('b', 400), parcel('c', 400)]);
    expect(delivery.isIdle).toBe(false);
    expect(delivery.cut().map(nameOf)).toEqual(['b', 'c']);
    expect(delivery.isIdle).toBe(true);
    clock.advanceMs(5000);
    delivery.push([parcel('d', 0)]);
    expect(log).toEqual(['0 a', '5000 d', '5000 idle']);
    expect(clock.pendingTimerCount).toBe(0);
  });

  test('2,000 messages without speech leave in one go', () => {
    const { log, delivery } = createScene();
    delivery.push(Array.from({ length: 2000 }, (_, i) => parcel(String(i), 0)));
    expect(log.length).toBe(2001);
  });
});
