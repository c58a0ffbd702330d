import { createSeededRandom, makeNoise, makeSpeechLike, makeTone } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { loadClips } from '../node/loadClips.ts';
import { openClipFile } from '../speech/clipFile.ts';
import { SIGNAL_PERIOD_SAMPLES, createTestSignal } from './testSignal.ts';
import type { SignalPlace } from './signalRecognizer.ts';
import { signalRecognizer } from './signalRecognizer.ts';

const SEED = 7;
const SECOND = 16_000;
const clips = openClipFile(await loadClips());
const toPcm = (signal: Float32Array): Int16Array => Int16Array.from(signal, (x) => Math.round(x * 32_767));

function placesIn(pcm: Int16Array): (SignalPlace | undefined)[] {
  const places: (SignalPlace | undefined)[] = [];
  for (let at = 0; at + 320 <= pcm.length; at += 320) places.push(signalRecognizer().find(pcm.subarray(at, at + 320)));
  return places;
}

describe(`SignalRecognizer (seed ${SEED})`, () => {
  test('nearly every frame of the signal is placed to a quarter of a sample, as it is or 20 dB quieter over noise', () => {
    const random = createSeededRandom(SEED);
    const signal = createTestSignal(SECOND, 4000);
    for (const noiseRms of [0, 0.0005]) {
      const places = placesIn(toPcm(signal.map((x) => (noiseRms === 0 ? x : x / 10 + random.gaussian() * noiseRms))));
      const right = places.filter((place, frame) => {
        const position = ((place?.position ?? Number.NaN) + SIGNAL_PERIOD_SAMPLES) % SIGNAL_PERIOD_SAMPLES;
        return Math.abs(position - ((frame * 320) % SIGNAL_PERIOD_SAMPLES)) <= 0.25;
      });
      expect(right.length).toBeGreaterThan(places.length * 0.9);
    }
  });

  test.each([8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000])(
    'samples taken at %i Hz are told within 1.5 s',
    (rate) => {
      const rates = placesIn(toPcm(createTestSignal(rate, (1500 * SECOND) / rate))).flatMap(
        (place) => place?.sampleRate ?? [],
      );
      expect(new Set(rates)).toEqual(new Set([rate]));
    },
  );

  const words = Int16Array.from(clips.index.clips.flatMap((clip) => [...clips.decode(clip)]));
  const random = createSeededRandom(SEED);
  test.each([
    ['minutes of speech', words],
    ['speech that saturates', words.map((x) => Math.max(-32_768, Math.min(32_767, x * 12)))],
    ['syllables', toPcm(makeSpeechLike({ random, sampleRate: SECOND, durationMs: 60_000 }))],
    ['white noise', toPcm(makeNoise(random, 60 * SECOND, 0.3))],
    ['silence', new Int16Array(SECOND)],
    [
      'scales of tones',
      Array.from({ length: 400 }, (_, i) => 200 + 17 * i).flatMap((frequencyHz) => [
        ...toPcm(makeTone({ frequencyHz, sampleRate: SECOND, sampleCount: 640, amplitudeRatio: 0.4 })),
      ]),
    ],
  ])('%s holds none of it', (_name, sound) => {
    expect(placesIn(Int16Array.from(sound)).filter((place) => place !== undefined)).toEqual([]);
  });
});
