import { loadDsp } from '@voicewire/dsp-wasm';
import { assertAtLeast, assertNear, createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { compareWithSpeech, decodeMp3 } from '../../test/support/mp3Decoding.ts';
import type { Mp3Codec, Mp3Shape } from './mp3Codec.ts';
import { loadMp3Codec } from './mp3Codec.ts';
import { Mp3Speech } from './mp3Speech.ts';

const dsp = await loadDsp();
const codec = await loadMp3Codec();
const mp3 = new Mp3Speech(codec, (options) => dsp.createResampler(options));
const SOCA: Mp3Shape = { sampleRate: 22_050, bitRateKbps: 32, channelCount: 1 };

const SHAPES: readonly Mp3Shape[] = [
  SOCA,
  { sampleRate: 16_000, bitRateKbps: 32, channelCount: 1 },
  { sampleRate: 44_100, bitRateKbps: 128, channelCount: 1 },
  { sampleRate: 44_100, bitRateKbps: 128, channelCount: 2 },
];

/** At 16 kHz. */
function makeUserSpeech(durationMs: number, seed = 31): Int16Array {
  const random = createSeededRandom(seed);
  const speech = makeSpeechLike({ random, sampleRate: 16_000, durationMs, amplitudeRatio: 0.5 });
  return Int16Array.from(speech, (x) => Math.round(x * 32_767));
}

/** Header of the first frame: version, layer, bit rate and sample rate by their codes. */
function headerOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 4)).toString('hex');
}

describe('Mp3Speech', () => {
  test.each(SHAPES)('3 s at $sampleRate Hz, $bitRateKbps kbit/s, $channelCount channels come back', async (shape) => {
    const speech = makeUserSpeech(3000);
    const bytes = mp3.encode(speech, shape);
    const decoded = await decodeMp3(bytes);
    expect(decoded.sampleRate).toBe(shape.sampleRate);
    const { correlation, delayMs, extraMs } = compareWithSpeech(decoded, speech);
    assertAtLeast('correlation', correlation, 0.95, '');
    // Encoder and decoder delay one frame and 529 samples each: 1105 samples, or 1.5 ms more or less for resampling.
    assertNear('delay', delayMs, (1105 * 1000) / shape.sampleRate, 1.5, 'ms');
    const frameMs = ((shape.sampleRate > 24_000 ? 1152 : 576) * 1000) / shape.sampleRate;
    assertNear('extra', extraMs, delayMs + frameMs, 1.5 * frameMs, 'ms');
    assertNear('bytes', bytes.length, shape.bitRateKbps * 125 * (3 + extraMs / 1000), 300, 'bytes');
  });

  test('the stream begins with the header of a frame, without tags: MPEG-2 layer III, 32 kbit/s, 22,050 Hz, mono', () => {
    expect(headerOf(mp3.encode(makeUserSpeech(500), SOCA))).toBe('fff340c4');
  });

  test('streams do not depend on each other: the same speech gives the same bytes, whatever came between', () => {
    const speech = makeUserSpeech(700);
    const first = mp3.encode(speech, SOCA);
    mp3.encode(makeUserSpeech(300, 7), { sampleRate: 44_100, bitRateKbps: 128, channelCount: 2 });
    expect(Buffer.compare(mp3.encode(speech, SOCA), first)).toBe(0);
  });

  test('the same samples are encoded once, the latest 64 pieces are remembered, and others never taken for them', () => {
    const counts = { encoded: 0 };
    const counting: Mp3Codec = {
      encode(pcm, shape) {
        counts.encoded += 1;
        return codec.encode(pcm, shape);
      },
    };
    const speech = new Mp3Speech(counting, (options) => dsp.createResampler(options));
    const piece = (value: number): Int16Array => new Int16Array(800).fill(value);
    const first = speech.encode(piece(1), SOCA);
    expect([speech.encode(piece(1), SOCA), counts.encoded]).toEqual([first, 1]);
    speech.encode(piece(1), { ...SOCA, bitRateKbps: 64 });
    expect(counts.encoded).toBe(2);
    for (let value = 2; value < 70; value++) speech.encode(piece(value), SOCA);
    expect(counts.encoded).toBe(70);
    speech.encode(piece(69), SOCA);
    expect(counts.encoded).toBe(70);
    speech.encode(piece(1), SOCA);
    expect(counts.encoded).toBe(71);
  });

  test('nothing to say gives a stream that decodes to nothing but silence', async () => {
    const { pcm } = await decodeMp3(mp3.encode(new Int16Array(0), SOCA));
    expect(pcm.every((sample) => Math.abs(sample) < 1e-4)).toBe(true);
  });

  test('the comparison can fail: other speech correlates by less than 0.5', async () => {
    const decoded = await decodeMp3(mp3.encode(makeUserSpeech(1500), SOCA));
    expect(compareWithSpeech(decoded, makeUserSpeech(1500, 99)).correlation).toBeLessThan(0.5);
  });
});
