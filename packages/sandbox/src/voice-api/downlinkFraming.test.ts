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
});
