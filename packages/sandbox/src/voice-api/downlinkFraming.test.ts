import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DownlinkFraming } from './downlinkFraming.ts';

describe('DownlinkFraming', () => {
  test('frames of 640 pass as they are, without a copy', () => {
    const framing = new DownlinkFraming([640]);
    const frame = new Uint8Array(640).fill(3);
    const [message, ...others] = framing.push(frame);
    expect(message?.buffer).toBe(frame.buffer);
    expect([message?.length, others.length]).toEqual([640, 0]);
  });

  test('10 frames cut into 639 and 641 bytes in turn are the same 6400 bytes', () => {
    const framing = new DownlinkFraming([639, 641]);
    const stream = Uint8Array.from({ length: 6400 }, (_, i) => i % 253);
    const messages = Array.from({ length: 10 }, (_, i) => framing.push(stream.slice(i * 640, i * 640 + 640))).flat();
    expect(messages.map(({ length }) => length)).toEqual(
      Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 639 : 641)),
    );
    expect(Buffer.concat(messages)).toEqual(Buffer.from(stream));
  });

  test('any pattern over any blocks loses, adds and reorders nothing (fast-check prints its seed)', () => {
    const patterns = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
    const blocks = fc.array(fc.uint8Array({ maxLength: 1500 }), { maxLength: 20 });
    fc.assert(
      fc.property(patterns, blocks, (patternBytes, input) => {
        const framing = new DownlinkFraming(patternBytes);
        const messages = input.flatMap((block) => framing.push(block).map((message) => Buffer.from(message)));
        const output = Buffer.concat(messages);
        const rest = framing.flush() ?? new Uint8Array(0);
        expect(framing.flush()).toBeUndefined();
        const stream = Buffer.concat(input);
        expect(messages.map(({ length }) => length)).toEqual(
          messages.map((_, i) => patternBytes[i % patternBytes.length]),
        );
        expect(Buffer.concat([output, rest])).toEqual(stream);
        expect(rest.length).toBeLessThan(Math.max(...patternBytes));
      }),
    );
  });
});
