import { describe, expect, test } from 'vitest';
import { makeSequence } from '@voicewire/testkit';
import { Packer } from './pack.ts';

function pack(messageMs: number, frames: Int16Array[], shouldFinish = false) {
  const messages: Uint8Array[] = [];
  const endsMs: number[] = [];
  const packer = new Packer(messageMs, 16_000, (bytes, endMs) => {
    messages.push(bytes.slice());
    endsMs.push(endMs);
  });
  frames.forEach((frame, i) => packer.push(frame, (i + 1) * 20));
  if (shouldFinish) packer.finish();
  return { messages, endsMs };
}

const FRAMES = Array.from({ length: 6 }, (_, i) => makeSequence(i * 320, 320));

describe('Packer', () => {
  test('20 ms messages are 640 bytes, little-endian', () => {
    const { messages } = pack(20, [Int16Array.of(1, -2, ...new Array<number>(318).fill(0))]);
    expect(messages.map((message) => message.byteLength)).toEqual([640]);
    expect([...(messages[0]?.subarray(0, 4) ?? [])]).toEqual([1, 0, 0xfe, 0xff]);
  });

  test.each([
    [20, 6],
    [40, 3],
    [60, 2],
  ])('%d ms messages carry the same samples in the same order', (messageMs, count) => {
    const { messages, endsMs } = pack(messageMs, FRAMES);
    expect(messages.length).toBe(count);
    expect(endsMs.at(-1)).toBe(120);
    const bytes = Buffer.concat(messages);
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    expect([...samples]).toEqual(FRAMES.flatMap((frame) => [...frame]));
  });

  test('a begun message leaves at the end, padded with zeros', () => {
    const { messages } = pack(60, FRAMES.slice(0, 4), true);
    expect(messages.length).toBe(2);
    expect(messages[1]?.subarray(640).every((byte) => byte === 0)).toBe(true);
    expect(messages[1]?.subarray(0, 640).some((byte) => byte !== 0)).toBe(true);
  });
});
