import { loadDsp } from '@voicewire/dsp-wasm';
import { assertAtMost, makeTone } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { RateConverter } from './rateConverter.ts';

const dsp = await loadDsp();
const converter = new RateConverter((rates) => dsp.createResampler(rates));

const TONE_HZ = 440;
const tone = (sampleRate: number): Int16Array =>
  Int16Array.from(
    makeTone({ sampleRate, frequencyHz: TONE_HZ, sampleCount: sampleRate, amplitudeRatio: 0.5 }),
    (x) => x * 32_768,
  );

describe('RateConverter', () => {
  test.each([
    [16_000, 8000, 0.001],
    [16_000, 44_100, 0.001],
    [44_100, 16_000, 0.001],
    [16_000, 22_050, 0.001],
    // Linear interpolation: heard well, with errors near -40 dB.
    [12_000, 16_000, 0.02],
  ])('a 440 Hz tone of 1 s from %d to %d Hz stays where it was, sample by sample', (from, to, toleranceRatio) => {
    const converted = converter.convert(tone(from), from, to);
    expect(converted).toHaveLength(to);
    const wanted = tone(to);
    const edge = Math.round(to / 100);
    let worst = 0;
    for (let i = edge; i < to - edge; i++) worst = Math.max(worst, Math.abs((converted[i] ?? 0) - (wanted[i] ?? 0)));
    assertAtMost('difference', worst / 32_768, toleranceRatio, 'of full scale');
  });

  test('a second piece does not hear the first', () => {
    const first = converter.convert(tone(16_000), 16_000, 8000);
    converter.convert(new Int16Array(999).fill(20_000), 16_000, 8000);
    expect(converter.convert(tone(16_000), 16_000, 8000)).toEqual(first);
  });

  test('the same rate gives the piece itself, and nothing gives nothing', () => {
    const pcm = tone(16_000);
    expect(converter.convert(pcm, 16_000, 16_000)).toBe(pcm);
    expect(converter.convert(new Int16Array(0), 44_100, 16_000)).toHaveLength(0);
  });
});
