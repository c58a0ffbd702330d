import { decodeUtf8 } from '@voicewire/protocol/wire';
import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { HttpResponse, ResponseSink } from './http.ts';
import { startExchange } from './memoryExchange.ts';

function run(respond: () => HttpResponse, delayMs = 30) {
  const clock = new FakeClock(0);
  const heard: string[] = [];
  const exchange = startExchange(clock, delayMs, respond, {
    onResponse: ({ status }) => heard.push(`${clock.nowMs()} ${status}`),
    onChunk: (chunk) => heard.push(`${clock.nowMs()} ${decodeUtf8(chunk)}`),
    onEnd: () => heard.push(`${clock.nowMs()} end`),
    onDropped: () => heard.push(`${clock.nowMs()} dropped`),
  });
  return { clock, heard, exchange };
}

/** A stream whose sink the test writes to. */
function openStream() {
  const cancels: string[] = [];
  let sink: ResponseSink | undefined;
  const respond = (): HttpResponse => ({
    status: 200,
    headers: {},
    body: {
      start(given) {
        sink = given;
        return { onCancelled: () => cancels.push('cancelled') };
      },
    },
  });
  return { cancels, respond, sink: () => sink as unknown as ResponseSink };
}

describe('an exchange in memory', () => {
  test('a whole answer comes after a round trip of 2 × 30 ms, never during the call', () => {
    const { clock, heard } = run(() => ({ status: 200, headers: {}, body: 'hé' }));
    expect(heard).toEqual([]);
    clock.advanceMs(100);
    expect(heard).toEqual(['60 200', '60 hé', '60 end']);
  });

  test('a body over time comes piece by piece; bytes are copied; what follows its end is ignored', () => {
    const { respond, sink, cancels } = openStream();
    const { clock, heard, exchange } = run(respond);
    clock.advanceMs(70);
    const bytes = Uint8Array.of(65, 66);
    sink().write(bytes);
    bytes.fill(67);
    expect(sink().bufferedAmountBytes).toBe(2);
    clock.advanceMs(50);
    sink().write('two');
    sink().end();
    sink().write('late');
    sink().abort();
    clock.advanceMs(50);
    exchange.cancel();
    clock.advanceMs(50);
    expect(heard).toEqual(['60 200', '100 AB', '150 two', '150 end']);
    expect([sink().bufferedAmountBytes, cancels, clock.pendingTimerCount]).toEqual([0, [], 0]);
  });

  test('a client that gives up hears nothing more, and its server is told once', () => {
    const { respond, sink, cancels } = openStream();
    const { clock, heard, exchange } = run(respond);
    clock.advanceMs(70);
    exchange.cancel();
    exchange.cancel();
    clock.advanceMs(29);
    expect(cancels).toEqual([]);
    sink().write('on its way');
    clock.advanceMs(100);
    sink().write('too late');
    sink().end();
    clock.advanceMs(100);
    expect([heard, cancels]).toEqual([['60 200'], ['cancelled']]);
  });

  test('a body that breaks off is dropped, not ended', () => {
    const { respond, sink } = openStream();
    const { clock, heard } = run(respond, 0);
    clock.advanceMs(0);
    sink().write('half');
    sink().abort();
    clock.advanceMs(10);
    expect(heard).toEqual(['0 200', '0 half', '0 dropped']);
  });
});
