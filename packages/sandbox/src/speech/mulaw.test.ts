import { assertAtLeast, makeTone, measureRmsDb } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { decodeMulaw, decodeMulawSample, encodeMulaw, encodeMulawSample } from './mulaw.ts';

describe('G.711 µ-law', () => {
  // Values of ITU-T G.711 table 2a, in its 14-bit scale times four.
  test.each([
    [0xff, 0],
    [0xfe, 8],
    [0xef, 132],
    [0xdf, 396],
    [0x80, 32_124],
    [0x00, -32_124],
    [0x7e, -8],
  ])('byte %i decodes to %i', (byte, sample) => {
    expect(decodeMulawSample(byte)).toBe(sample);
  });

  test('every byte but negative zero comes back from the sample it decodes to', () => {
    for (let byte = 0; byte < 256; byte++) {
      if (byte !== 0x7f) expect(encodeMulawSample(decodeMulawSample(byte))).toBe(byte);
    }
    expect(Math.abs(decodeMulawSample(0x7f))).toBe(0);
  });

  test('both ends of the int16 range stay in range', () => {
    expect(decodeMulawSample(encodeMulawSample(32_767))).toBe(32_124);
    expect(decodeMulawSample(encodeMulawSample(-32_768))).toBe(-32_124);
  });

  test('a tone at -6 dB keeps 35 dB between itself and the error', () => {
    const tone = makeTone({ frequencyHz: 440, sampleRate: 16_000, sampleCount: 16_000, amplitudeRatio: 0.5 });
    const pcm = Int16Array.from(tone, (x) => Math.round(x * 32_768));
    const coded = decodeMulaw(encodeMulaw(pcm));
    const error = Float32Array.from(pcm, (sample, i) => (sample - (coded[i] ?? 0)) / 32_768);
    assertAtLeast('signal to error', measureRmsDb(tone) - measureRmsDb(error), 35, 'dB');
  });
});
