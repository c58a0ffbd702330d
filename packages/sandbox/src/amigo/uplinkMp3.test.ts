import { describe, expect, test } from 'vitest';
import { UplinkMp3 } from './uplinkMp3.ts';

/** One frame of 128 kbit/s, 44.1 kHz, stereo: 417 bytes, and one more with padding. */
function frame({ bitRateIndex = 9, rateIndex = 0, version = 3, layer = 1, padding = 0, moreBytes = 0 } = {}) {
  const bytes = new Uint8Array(417 + padding + moreBytes);
  bytes.set([0xff, 0xe1 | (version << 3) | (layer << 1), (bitRateIndex << 4) | (rateIndex << 2) | (padding << 1), 0]);
  return bytes;
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('UplinkMp3', () => {
  test('38 frames of 26.1 ms, cut at every length from 1 to 500 bytes', () => {
    const stream = join(...Array.from({ length: 38 }, (_, i) => frame({ padding: i % 2 })));
    for (const sizeBytes of [1, 2, 3, 4, 5, 416, 417, 418, 500]) {
      const frames = new UplinkMp3();
      const faults: unknown[] = [];
      for (let at = 0; at < stream.length; at += sizeBytes)
        faults.push(frames.push(stream.subarray(at, at + sizeBytes)));
      expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
      expect(frames.durationMs).toBeCloseTo((38 * 1152) / 44.1, 6);
      expect(frames.isInFrame).toBe(false);
    }
  });

  test('a tag first is passed over, a tag between frames is not', () => {
    const tag = new Uint8Array(10 + 300);
    tag.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 2, 300 - 256]);
    expect(new UplinkMp3().push(join(tag, frame()))).toBeUndefined();
    expect(new UplinkMp3().push(join(frame(), tag))).toBe('no frame header where a frame should begin');
  });

  test.each([
    ['PCM', new Uint8Array(1920), 'no frame header where a frame should begin'],
    ['a WAV file', new TextEncoder().encode('RIFF....WAVEfmt '), 'no frame header where a frame should begin'],
    ['48 kHz', frame({ rateIndex: 1 }), 'a frame of 48000 Hz, wanted 44100'],
    ['a reserved rate', frame({ rateIndex: 3 }), 'a frame of unknown Hz, wanted 44100'],
    ['MPEG-2, as of 22.05 kHz', frame({ version: 2 }), 'a frame that is not MPEG-1 layer III'],
    ['layer II', frame({ layer: 2 }), 'a frame that is not MPEG-1 layer III'],
    ['a free bit rate', frame({ bitRateIndex: 0 }), 'a frame without a bit rate'],
    ['a forbidden bit rate', frame({ bitRateIndex: 15 }), 'a frame without a bit rate'],
    [
      'a frame that is a byte too long',
      join(frame({ moreBytes: 1 }), frame()),
      'no frame header where a frame should begin',
    ],
  ])('%s is found out', (_name, bytes, fault) => {
    expect(new UplinkMp3().push(bytes)).toBe(fault);
  });

  test('a frame that is cut off at the end of the stream shows', () => {
    const frames = new UplinkMp3();
    frames.push(frame().subarray(0, 400));
    expect(frames.isInFrame).toBe(true);
  });
});
