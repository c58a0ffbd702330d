import { assertNear, makeTone } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { LevelMeter, SILENCE_DB } from './levelMeter.ts';

describe('LevelMeter', () => {
  test('a sine of half scale is -9.03 dB rms and -6.02 dB peak', () => {
    const meter = new LevelMeter();
    const tone = makeTone({ frequencyHz: 1000, sampleRate: 16_000, sampleCount: 16_000, amplitudeRatio: 0.5 });
    meter.add(Int16Array.from(tone, (x) => Math.round(x * 32_768)));
    assertNear('rms', meter.rmsDb, -9.03, 0.01, 'dB');
    assertNear('peak', meter.peakDb, -6.02, 0.01, 'dB');
    expect(meter.clippedSamples).toBe(0);
  });

  test('nothing and silence are -120 dB, and reset forgets everything', () => {
    const meter = new LevelMeter();
    expect(meter.rmsDb).toBe(SILENCE_DB);
    meter.add(Int16Array.of(32_767, -32_768, 0));
    expect(meter.clippedSamples).toBe(2);
    assertNear('peak', meter.peakDb, 0, 0.001, 'dB');
    meter.reset();
    meter.add(new Int16Array(320));
    expect([meter.rmsDb, meter.peakDb, meter.clippedSamples]).toEqual([SILENCE_DB, SILENCE_DB, 0]);
  });
});
