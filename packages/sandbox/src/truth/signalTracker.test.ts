import { loadDsp } from '@voicewire/dsp-wasm';
import { createSeededRandom, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { Reframer } from '../hearing/reframer.ts';
import { PERIOD_PLACES, PLACES_PER_SAMPLE, finePeriod } from './finePeriod.ts';
import { SignalTracker } from './signalTracker.ts';
import { createTestSignal } from './testSignal.ts';

const SEED = 20_261_121;
const dsp = await loadDsp();

const toPcm = (signal: Float32Array): Int16Array => Int16Array.from(signal, (x) => Math.round(x * 32_767));
const signalPcm = (durationMs: number): Int16Array => toPcm(createTestSignal(16_000, durationMs));

/** What a tracker says of audio that arrives in the blocks given, when nothing but the signal may come. */
function judge(...blocks: readonly Int16Array[]): string[] {
  return judgeSound(true, blocks);
}

function judgeSound(isOnlySignal: boolean, blocks: readonly Int16Array[]): string[] {
  const reports: string[] = [];
  const tracker = new SignalTracker(
    (check, severity, detail) => reports.push(`${check} ${severity}: ${detail}`),
    isOnlySignal,
  );
  const reframer = new Reframer(320, (frame) => tracker.frame(frame));
  for (const block of blocks) reframer.push(block);
  return reports;
}

/** 48 kHz to 16 kHz, as a client does it. */
function resample(signal: Float32Array): Int16Array {
  const resampler = dsp.createResampler({ inputSampleRate: 48_000, outputSampleRate: 16_000 });
  const out: number[] = [];
  for (let at = 0; at < signal.length; at += 4096) out.push(...resampler.process(signal.subarray(at, at + 4096)));
  resampler.dispose();
  return toPcm(Float32Array.from(out));
}

describe('a signal that arrives whole', () => {
  test('in blocks of 1 to 1000 samples, from anywhere in it, has no fault', () => {
    const pcm = signalPcm(5000).subarray(777);
    for (const blockSamples of [1, 320, 960, 1000]) {
      const blocks: Int16Array[] = [];
      for (let at = 0; at < pcm.length; at += blockSamples) blocks.push(pcm.subarray(at, at + blockSamples));
      expect(judge(...blocks)).toEqual([]);
    }
  });

  test('with silence around it and in it, as a mute that keeps time, has no fault', () => {
    const pcm = signalPcm(4000);
    pcm.fill(0, 16_100, 24_100);
    const found = judge(new Int16Array(20_000), pcm, new Int16Array(20_000));
    // Frames that are half silence are only noted.
    expect(found.filter((report) => !report.startsWith('continuity note'))).toEqual([]);
  });

  test('resampled well from 48 kHz, a third of a sample beside, 12 dB quieter, over noise at -60 dB, has no fault', () => {
    const random = createSeededRandom(SEED);
    const signal = createTestSignal(48_000, 5000).subarray(1);
    const pcm = resample(signal.map((x) => x / 4 + random.gaussian() * 0.001));
    expect(judge(pcm)).toEqual([]);
  });
});

describe('continuity', () => {
  test.each([
    [320, '320 samples are missing'],
    [1, '1 sample is missing'],
    [2, '2 samples are missing'],
    [3, '3 samples are missing'],
    [7000, '7000 samples are missing'],
  ])('%i samples cut out are found, wherever in a frame', (count, detail) => {
    const pcm = signalPcm(5000);
    for (let at = 20_000; at < 20_320; at += 16) {
      expect(judge(pcm.subarray(0, at), pcm.subarray(at + count))).toEqual([`continuity fatal: ${detail}`]);
    }
  });

  test('single samples that come twice, or are missing, are each found', () => {
    const pcm = [...signalPcm(9000)];
    for (const at of [100_000, 60_011]) pcm.splice(at, 0, pcm[at] ?? 0);
    pcm.splice(30_000, 1);
    expect(judge(Int16Array.from(pcm))).toEqual([
      'continuity fatal: 1 sample is missing',
      'continuity fatal: 1 sample came twice, or was put in between',
      'continuity fatal: 1 sample came twice, or was put in between',
    ]);
  });

  test('a frame that comes twice, and frames in the wrong order, are found', () => {
    const pcm = signalPcm(5000);
    const [a, b, c, d] = [0, 20_000, 20_320, 20_640].map((at, i, all) => pcm.subarray(at, all[i + 1]));
    const none = new Int16Array(0);
    expect(judge(a ?? none, b ?? none, b ?? none, c ?? none, d ?? none)).toEqual([
      'continuity fatal: 320 samples came twice, or were put in between',
    ]);
    expect(judge(a ?? none, c ?? none, b ?? none, d ?? none)[0]).toMatch(/^continuity fatal/);
  });

  test('a signal that breaks off, and sound that never was it, are told apart', () => {
    const speech = toPcm(
      makeSpeechLike({
        random: createSeededRandom(SEED),
        sampleRate: 16_000,
        durationMs: 4000,
        amplitudeRatio: 0.5,
      }),
    );
    expect(judge(signalPcm(2000), speech)[0]).toBe('continuity fatal: the test signal broke off');
    expect(judge(speech)).toEqual(['continuity fatal: a second of sound is not the test signal']);
    expect(judgeSound(false, [speech, signalPcm(2000), speech])).toEqual([
      'continuity note: the test signal broke off',
    ]);
  });
});

describe('rate', () => {
  test.each([8000, 48_000])('samples taken at %i Hz are named', (rate) => {
    const found = judge(toPcm(createTestSignal(rate, 4500)));
    expect(found).toContain(`rate fatal: the samples were taken at ${rate} Hz, wanted 16000`);
  });

  /** The signal as a clock takes it that is too fast by so much; a straight line between quarters of a sample. */
  const stretched = (ppm: number, { durationMs = 5000, gain = 1, noiseRms = 0 } = {}): Int16Array => {
    const random = createSeededRandom(SEED);
    const fine = finePeriod();
    return Int16Array.from({ length: durationMs * 16 }, (_, i) => {
      const place = (i * PLACES_PER_SAMPLE) / (1 + ppm / 1e6);
      const [here, next] = [0, 1].map((by) => fine[(Math.floor(place) + by) % PERIOD_PLACES] ?? 0) as [number, number];
      const sample = gain * (here + (next - here) * (place % 1));
      return Math.round((sample + (noiseRms > 0 ? random.gaussian() * noiseRms : 0)) * 32_767);
    });
  };
  const noisy = { gain: 0.5, noiseRms: 0.016 };

  test('1000 ppm too many samples are named, and no sample of them is one that came twice', () => {
    expect(judge(stretched(1000))[0]).toMatch(/^rate strict: 1601\d samples for a second, wanted 16000 ± 8$/);
    expect(judge(stretched(-1000))[0]).toMatch(/^rate strict: 1598\d samples for a second/);
    for (const ppm of [1000, -1000, 3000]) {
      expect(judge(stretched(ppm)).filter((report) => !report.startsWith('rate strict'))).toEqual([]);
    }
  });

  test.each([100, -100, 200, 499, -499])('%i ppm of drift are in order, clean and in noise 10 dB below', (ppm) => {
    expect(judge(stretched(ppm))).toEqual([]);
    expect(judge(stretched(ppm, noisy))).toEqual([]);
  });

  test.each([0, 100, -500])('one sample that is missing amid %i ppm of drift is found, in noise 10 dB below', (ppm) => {
    for (const at of [40_000, 40_100, 40_200]) {
      const pcm = stretched(ppm, noisy);
      const found = judge(pcm.subarray(0, at), pcm.subarray(at + 1));
      expect(found.filter((report) => !report.startsWith('rate'))).toEqual(['continuity fatal: 1 sample is missing']);
    }
  });

  test('a mute of 20 s keeps time though clocks drift by 200 ppm, 64 samples in all; 640 missing are found', () => {
    const pcm = stretched(200, { durationMs: 24_000 }).fill(0, 32_000, 352_000);
    expect(judge(pcm)).toEqual([]);
    expect(judge(pcm.subarray(0, 40_000), pcm.subarray(40_640))[0]).toMatch(
      /^continuity fatal: 576 samples are missing/,
    );
  });
});

describe('aliasing', () => {
  test('every third sample of 48 kHz folds both tones down at full level', () => {
    const signal = createTestSignal(48_000, 3000);
    const found = judge(toPcm(Float32Array.from({ length: signal.length / 3 }, (_, i) => signal[3 * i] ?? 0)));
    expect(found[0]).toMatch(/^aliasing fatal: a tone above 8 kHz appears at 4000 Hz, -?[01] dB weaker/);
    expect(found[1]).toMatch(/^aliasing fatal: a tone above 8 kHz appears at 4800 Hz, -?[01] dB weaker/);
  });

  test('a mean of three neighbours, 10 to 30 dB down, is not enough either', () => {
    const signal = createTestSignal(48_000, 3000);
    const mean = Float32Array.from({ length: signal.length / 3 }, (_, i) => {
      return ((signal[3 * i] ?? 0) + (signal[3 * i + 1] ?? 0) + (signal[3 * i + 2] ?? 0)) / 3;
    });
    expect(judge(toPcm(mean)).some((found) => found.startsWith('aliasing fatal'))).toBe(true);
  });
});
