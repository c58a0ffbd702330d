import { describe, expect, test } from 'vitest';
import { SharedBufferCheck, describeWrongLength } from './frameLength.ts';

describe('describeWrongLength', () => {
  test.each([
    [0, 'an empty message'],
    [639, 'an odd length cuts a sample in two'],
    [641, 'an odd length cuts a sample in two'],
    [1280, 'one frame sent as Float32, or two frames in one message'],
    [8192, 'a ScriptProcessor block of 4096 samples, not cut into frames'],
    [16_384, 'a ScriptProcessor block of 8192 samples, not cut into frames'],
    [65_536, 'a ScriptProcessor block of 16384 samples sent as Float32'],
    [1920, '3 frames in one message'],
    [320, '10.0 ms of audio'],
  ])('%i bytes: %s', (sizeBytes, cause) => {
    expect(describeWrongLength(sizeBytes)).toBe(`${sizeBytes} bytes, wanted 640: ${cause}`);
  });
});

describe('SharedBufferCheck', () => {
  const ring = Uint8Array.from({ length: 6400 }, (_, i) => (i * 31) % 251);

  test('a ring of 6400 bytes of which 640 are new repeats itself', () => {
    const check = new SharedBufferCheck();
    expect(check.isRepeated(ring)).toBe(false);
    const next = ring.slice();
    next.fill(7, 640, 1280);
    expect(check.isRepeated(next)).toBe(true);
  });

  test('two different blocks, two silent blocks and two lengths do not', () => {
    const check = new SharedBufferCheck();
    check.isRepeated(ring);
    expect(check.isRepeated(ring.map((byte) => byte + 1))).toBe(false);
    check.isRepeated(new Uint8Array(6400));
    expect(check.isRepeated(new Uint8Array(6400))).toBe(false);
    expect(check.isRepeated(new Uint8Array(1280))).toBe(false);
  });
});
