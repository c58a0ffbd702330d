import { describe, expect, test, vi } from 'vitest';
import { FrameLog } from './frameLog.ts';
import type { FrameRecord } from './records.ts';

/** Frame `n` of a connection: every field differs from its neighbours'. */
const frame = (n: number): FrameRecord => ({
  atMs: n + 0.25,
  direction: n % 2 === 0 ? 'in' : 'out',
  opcode: n % 3 === 0 ? 'text' : 'binary',
  sizeBytes: 640 + n,
  type: `type ${n % 5}`,
  stateBefore: `before ${n % 7}`,
  stateAfter: `after ${n % 11}`,
});

function push(log: FrameLog, frame: FrameRecord): void {
  const { atMs, direction, opcode, sizeBytes, type, stateBefore, stateAfter } = frame;
  log.push(atMs, sizeBytes, log.kindOf(direction, opcode, type, stateBefore, stateAfter));
}

describe('FrameLog', () => {
  test.each([0, 1, 16, 17, 99, 100, 101, 250, 1000])('of %i frames, the last 100 come back as they were', (count) => {
    const log = new FrameLog(100);
    const frames = Array.from({ length: count }, (_, n) => frame(n));
    for (const each of frames) push(log, each);
    expect(log.toArray()).toEqual(frames.slice(-100));
  });

  test('a capacity of 3 holds 3', () => {
    const log = new FrameLog(3);
    for (let n = 0; n < 5; n++) push(log, frame(n));
    expect(log.toArray()).toEqual([frame(2), frame(3), frame(4)]);
  });

  test('what was read does not change with what follows', () => {
    const log = new FrameLog(2);
    push(log, frame(1));
    const [first] = log.toArray();
    for (let n = 2; n < 9; n++) push(log, frame(n));
    expect(first).toEqual(frame(1));
  });

  test('of 20,000 frames, each of a type of its own, the last 100 come back as they were', () => {
    const log = new FrameLog(100);
    const frames = Array.from({ length: 20_000 }, (_, n) => ({ ...frame(n), type: `made up ${n}` }));
    for (const each of frames) push(log, each);
    expect(log.toArray()).toEqual(frames.slice(-100));
  });

  test.each([255, 256, 257, 600, 601, 2000])('of %i frames, the last 600 come back as they were', (count) => {
    const log = new FrameLog(600);
    const frames = Array.from({ length: count }, (_, n) => frame(n));
    for (const each of frames) push(log, each);
    expect(log.toArray()).toEqual(frames.slice(-600));
  });

  test('sizes up to 4 GiB stay what they are', () => {
    const log = new FrameLog(3);
    const frames = [0, 65_536, 2 ** 32].map((sizeBytes, n) => ({ ...frame(n), sizeBytes }));
    for (const each of frames) push(log, each);
    expect(log.toArray()).toEqual(frames);
  });

  test.each([3, 100, 600])(
    'in a log of %i, reserved frames become what they were, whatever comes between',
    (capacity) => {
      const log = new FrameLog(capacity);
      const frames: FrameRecord[] = [];
      for (let n = 0; n < 2000; n++) {
        // Most are as the one before; every 7th has answers, every 50th more of them than the log holds.
        const inbound: FrameRecord = { ...frame(n), direction: 'in', opcode: 'binary', type: `type ${n % 10 === 0}` };
        const stateBefore = n % 7 === 0 ? 'a' : 'b';
        const stateAfter = n % 9 === 0 ? 'a' : stateBefore;
        const number = log.reserve(inbound.atMs, inbound.sizeBytes, inbound.opcode, stateBefore);
        frames.push({ ...inbound, stateBefore, stateAfter });
        const answers = n % 50 === 0 ? capacity + 2 : n % 7 === 0 ? 1 : 0;
        for (let i = 0; i < answers; i++) {
          const answer: FrameRecord = { ...frame(n), direction: 'out', type: `made up ${n} ${i}` };
          push(log, answer);
          frames.push(answer);
        }
        log.settle(number, inbound.type, stateAfter);
      }
      expect(log.toArray()).toEqual(frames.slice(-capacity));
    },
  );

  test('1,000 reserved frames of one kind take one search for it', () => {
    const log = new FrameLog(2000);
    const kindOf = vi.spyOn(log, 'kindOf');
    for (let n = 0; n < 1000; n++) log.settle(log.reserve(n, 640, 'binary', 'a'), 'audio', 'a');
    // The first is not known yet: once while it is handled, once as audio.
    expect(kindOf).toHaveBeenCalledTimes(2);
    expect(log.toArray().every(({ type }) => type === 'audio')).toBe(true);
  });
});
