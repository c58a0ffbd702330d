import { decodeUtf8 } from '@voicewire/protocol/wire';
import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import type { ResponseSink, ResponseStream } from '../server/http.ts';
import { startExchange } from '../server/memoryExchange.ts';
import { impairBody } from './impairedBody.ts';
import type { ImpairmentPlan } from './plan.ts';

/** A body that writes a line of 4 bytes every 100 ms, `count` of them, and ends. */
function run(plan: ImpairmentPlan, count = 5) {
  const clock = new FakeClock(0);
  const heard: string[] = [];
  const cancels: number[] = [];
  const start = (sink: ResponseSink) => {
    for (let i = 0; i < count; i++) clock.setTimer(100 * i, () => sink.write(`é${i}\n`));
    clock.setTimer(100 * count, () => sink.end());
    return { onCancelled: () => void cancels.push(clock.nowMs()) };
  };
  const ports = { clock, random: createRandom(1), isServing: () => true, reportDeafness: () => undefined };
  const body = impairBody({ start }, plan, ports);
  const exchange = startExchange(clock, 0, () => ({ status: 200, headers: {}, body }), {
    onResponse: () => undefined,
    onChunk: (chunk) => heard.push(`${clock.nowMs()} ${chunk.length === 4 ? decodeUtf8(chunk).trim() : chunk.join()}`),
    onEnd: () => heard.push(`${clock.nowMs()} end`),
    onDropped: () => heard.push(`${clock.nowMs()} dropped`),
  });
  return { clock, heard, cancels, exchange };
}

describe('an impaired body', () => {
  test.each<[ImpairmentPlan, string[]]>([
    [{}, ['0 é0', '100 é1', '200 end']],
    [{ delayMs: 70 }, ['70 é0', '170 é1', '270 end']],
    [{ delayMs: 70, direction: 'up' }, ['0 é0', '100 é1', '200 end']],
    [{ stallEveryMs: 400, stallMs: 350 }, ['0 é0', '400 é1', '400 end']],
    [{ fragmentBytes: 3 }, ['0 195,169,48', '0 10', '100 195,169,49', '100 10', '200 end']],
    [{ terminateAtMs: 50 }, ['0 é0', '50 dropped']],
    [{ resetAtMs: 20, fromMessage: 2 }, ['0 é0', '100 é1', '120 dropped']],
    [{ closeAtMs: 150 }, ['0 é0', '100 é1', '150 end']],
    [{ halfOpenAtMs: 50, delayMs: 1 }, ['1 é0']],
  ])('%j: %j', (plan, wanted) => {
    const { clock, heard } = run(plan, 2);
    clock.advanceMs(1000);
    expect(heard).toEqual(wanted);
  });

  test('a cut is a client that went away, for the one who writes; its own end is none', () => {
    for (const [plan, wanted] of [
      [{ closeAtMs: 150 }, [150]],
      [{ delayMs: 5 }, []],
    ] as const) {
      const { clock, cancels } = run(plan);
      clock.advanceMs(2000);
      expect([cancels, clock.pendingTimerCount]).toEqual([wanted, 0]);
    }
  });

  test('a client that gives up is reported once, and nothing is left behind', () => {
    const { clock, cancels, exchange } = run({ delayMs: 300, closeAtMs: 900 });
    clock.advanceMs(350);
    exchange.cancel();
    clock.advanceMs(2000);
    expect([cancels, clock.pendingTimerCount]).toEqual([[350], 0]);
  });
  /** One piece of 16 MB, cut into single bytes. @param cancelAt Number of the write at which the client goes away. */
  function cutLongPiece(cancelAt = Number.POSITIVE_INFINITY) {
    const clock = new FakeClock(0);
    const lengths: number[] = [];
    const ports = { clock, random: createRandom(1), isServing: () => true, reportDeafness: () => undefined };
    let write = (_chunk: Uint8Array): void => undefined;
    const body: ResponseStream = {
      start: (sink) => {
        write = (chunk) => sink.write(chunk);
        return { onCancelled: () => undefined };
      },
    };
    const producer = impairBody(body, { fragmentBytes: 1 }, ports).start({
      write: (chunk) => {
        if (lengths.push(chunk.length) === cancelAt) producer.onCancelled();
      },
      end: () => undefined,
      abort: () => undefined,
      bufferedAmountBytes: 0,
    });
    write(new Uint8Array(16_000_001));
    return lengths;
  }

  test('a long piece is cut into 2000 at most, and nothing of it is lost', () => {
    const lengths = cutLongPiece();
    expect(lengths.length).toBe(2000);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(16_000_001);
  });

  test('a client that goes away in the middle of a piece gets no more of it', () => {
    expect(cutLongPiece(3).length).toBe(3);
  });
});
