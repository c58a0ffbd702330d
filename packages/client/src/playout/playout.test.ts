import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import {
  assertAtLeast,
  assertAtMost,
  assertNear,
  createSeededRandom,
  findBestCorrelation,
  makeSpeechLike,
  makeTone,
} from '@voicewire/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { Playout, PREBUFFER_MS, SPEECH_HANGOVER_MS, type PlayoutSink } from './playout.ts';

const STREAM_RATE = 16_000;
const QUANTUM = 128;

let dsp: Dsp;
beforeAll(async () => {
  dsp = await loadDsp();
});

function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.round(value * 32_767));
}

/** A playout whose every pull is kept, at the stream's own rate unless told otherwise. */
function createPlayer(outputSampleRate = STREAM_RATE) {
  const events: { name: string; streamSample: number; outputFrame: number }[] = [];
  const note = (name: string) => (streamSample: number, outputFrame: number) =>
    void events.push({ name, streamSample, outputFrame });
  const sink: PlayoutSink = {
    onSpeechStarted: note('started'),
    onSpeechEnded: note('ended'),
    onFlushed: note('flushed'),
  };
  const resampler = dsp.createResampler({ inputSampleRate: STREAM_RATE, outputSampleRate });
  const playout = new Playout({ streamSampleRate: STREAM_RATE, outputSampleRate, resampler, sink });
  const played: number[] = [];
  const block = new Float32Array(QUANTUM);
  const pull = (frames: number): void => {
    for (let i = 0; i < frames; i += QUANTUM) {
      playout.pull(block, played.length);
      played.push(...block);
    }
  };
  return { playout, played, events, pull };
}

describe('Playout', () => {
  test('plays silence until 60 ms are there, then every sample exactly as written', () => {
    const { playout, played, pull } = createPlayer();
    const pcm = toInt16(
      makeTone({ frequencyHz: 440, sampleRate: STREAM_RATE, sampleCount: 3_200, amplitudeRatio: 0.5 }),
    );
    playout.write(pcm.subarray(0, 900));
    pull(256);
    expect(played.every((value) => value === 0)).toBe(true);
    playout.write(pcm.subarray(900));
    pull(4_096);
    const start = played.findIndex((value) => value !== 0) - 1;
    expect(played.slice(start, start + pcm.length)).toEqual(Array.from(pcm, (value) => value / 32_768));
    expect(playout.playedSamples).toBe(pcm.length);
    expect(playout.underrunCount).toBe(0);
  });

  test('a reply shorter than the cushion starts after 60 ms of waiting', () => {
    const { playout, played, pull } = createPlayer();
    playout.write(new Int16Array(160).fill(8_000));
    pull(STREAM_RATE / 5);
    const start = played.findIndex((value) => value !== 0);
    assertNear('start', (start / STREAM_RATE) * 1000, PREBUFFER_MS, 9, 'ms');
    expect(playout.playedSamples).toBe(160);
  });

  test('names the first and the last audible sample by stream and output index', () => {
    const { playout, played, events, pull } = createPlayer();
    const pcm = new Int16Array(4_800);
    pcm.fill(8_000, 500, 3_000);
    playout.write(pcm);
    pull(STREAM_RATE);
    expect(events.map(({ name, streamSample }) => [name, streamSample])).toEqual([
      ['started', 500],
      ['ended', 2_999],
    ]);
    expect(played[events[0]?.outputFrame ?? -1]).not.toBe(0);
    expect(played[(events[0]?.outputFrame ?? 0) - 1]).toBe(0);
    expect(played[events[1]?.outputFrame ?? -1]).not.toBe(0);
    expect(played[(events[1]?.outputFrame ?? 0) + 1]).toBe(0);
  });

  test(`a pause of ${SPEECH_HANGOVER_MS - 20} ms does not end an utterance, one of ${SPEECH_HANGOVER_MS + 20} ms does`, () => {
    for (const [pauseMs, utterances] of [
      [SPEECH_HANGOVER_MS - 20, 1],
      [SPEECH_HANGOVER_MS + 20, 2],
    ] as const) {
      const { playout, events, pull } = createPlayer();
      const loud = new Int16Array(1_600).fill(8_000);
      playout.write(loud);
      playout.write(new Int16Array(pauseMs * 16));
      playout.write(loud);
      pull(2 * STREAM_RATE);
      expect(events.filter(({ name }) => name === 'started').length).toBe(utterances);
    }
  });

  test('running dry in mid-speech and going on within 250 ms is one underrun, and no sample is lost', () => {
    const { playout, played, pull } = createPlayer();
    const pcm = Int16Array.from({ length: 4_800 }, (_, i) => 1_000 + i);
    playout.write(pcm.subarray(0, 1_600));
    pull(2_048);
    playout.write(pcm.subarray(1_600));
    pull(8_192);
    expect(playout.underrunCount).toBe(1);
    expect(played.filter((value) => value !== 0)).toEqual(Array.from(pcm, (value) => value / 32_768));
  });

  test('running dry in a pause is no underrun', () => {
    const { playout, pull } = createPlayer();
    playout.write(Int16Array.of(...new Int16Array(1_600).fill(9_000), ...new Int16Array(960)));
    pull(4_096);
    playout.write(new Int16Array(1_600).fill(9_000));
    pull(4_096);
    expect(playout.underrunCount).toBe(0);
  });

  test('a new reply after 300 ms of silence is no underrun', () => {
    const { playout, pull } = createPlayer();
    playout.write(new Int16Array(1_600).fill(500));
    pull(1_600 + 960 + 4_800 + QUANTUM);
    playout.write(new Int16Array(1_600).fill(500));
    pull(4_096);
    expect(playout.underrunCount).toBe(0);
  });

  test('a flush fades within 5 ms without a click, and nothing written before is heard later', () => {
    const { playout, played, events, pull } = createPlayer();
    playout.write(
      toInt16(makeTone({ frequencyHz: 300, sampleRate: STREAM_RATE, sampleCount: STREAM_RATE, amplitudeRatio: 0.5 })),
    );
    pull(4_096);
    const flushedAt = played.length;
    playout.flush(0);
    playout.write(new Int16Array(1_600));
    pull(4_096);
    const lastHeard = played.findLastIndex((value) => value !== 0);
    // One block of stream time was rendered ahead of the flush.
    assertAtMost('silence', ((lastHeard - flushedAt) / STREAM_RATE) * 1000, 6, 'ms');
    let steepest = 0;
    for (let i = flushedAt; i < flushedAt + 200; i++)
      steepest = Math.max(steepest, Math.abs((played[i] ?? 0) - (played[i - 1] ?? 0)));
    // A 300 Hz tone at half scale moves by 0.059 a sample at most; a hard cut would step by up to 0.5.
    assertAtMost('step between samples', steepest, 0.08, 'of full scale');
    const flushed = events.find(({ name }) => name === 'flushed');
    assertNear('last heard frame', flushed?.outputFrame ?? -1, lastHeard, 1, 'samples');
    expect(playout.playedSamples + playout.discardedSamples + playout.bufferedSamples).toBe(STREAM_RATE + 1_600);
  });

  test('a flush of nothing says so, and counts what never reached the ring', () => {
    const { playout, events } = createPlayer();
    playout.flush(4_000);
    expect(events).toEqual([{ name: 'flushed', streamSample: -1, outputFrame: 0 }]);
    expect(playout.discardedSamples).toBe(4_000);
  });

  test('stream positions go on after a flush, with what was dropped counted', () => {
    const { playout, events, pull } = createPlayer();
    playout.write(new Int16Array(8_000).fill(8_000));
    pull(2_048);
    playout.flush(500);
    pull(8_192);
    playout.write(new Int16Array(1_600).fill(8_000));
    pull(8_192);
    const starts = events.filter(({ name }) => name === 'started').map(({ streamSample }) => streamSample);
    expect(starts).toEqual([0, 8_500]);
  });

  test('random writes, pulls and flushes: written = played + discarded + buffered, to the sample', () => {
    const random = createSeededRandom(42);
    for (let round = 0; round < 50; round++) {
      const { playout, pull } = createPlayer();
      let written = 0;
      for (let step = 0; step < 100; step++) {
        const dice = random.integer(0, 9);
        if (dice < 5) {
          const pcm = new Int16Array(random.integer(0, 3_000)).fill(4_000);
          playout.write(pcm);
          written += pcm.length;
        } else if (dice < 9) pull(random.integer(1, 1_000));
        else playout.flush(0);
        expect(
          playout.playedSamples + playout.discardedSamples + playout.bufferedSamples,
          `${random} round ${round}`,
        ).toBe(written);
      }
    }
  });

  test.each([44_100, 48_000])(
    'at %d Hz it plays the same speech: correlation of 0.98 or more, at the frame it names',
    (outputRate) => {
      const { playout, played, events, pull } = createPlayer(outputRate);
      const speech = makeSpeechLike({ random: createSeededRandom(3), sampleRate: STREAM_RATE, durationMs: 1_000 });
      playout.write(toInt16(speech));
      pull(outputRate * 1.5);
      const back = dsp.createResampler({ inputSampleRate: outputRate, outputSampleRate: STREAM_RATE });
      const heard: number[] = [];
      for (let i = 0; i < played.length; i += 1_024)
        heard.push(...back.process(Float32Array.from(played.slice(i, i + 1_024))));
      const { correlation, lagSamples } = findBestCorrelation(speech, Float32Array.from(heard));
      // The two filters delay by a fraction of a sample, which whole lags cannot line up: 0.992 is the most there is.
      assertAtLeast('correlation', correlation, 0.98, '');
      const started = events.find(({ name }) => name === 'started');
      const heardAt = ((started?.outputFrame ?? 0) / outputRate) * STREAM_RATE + back.groupDelaySamples;
      assertNear(
        'place of the first audible sample',
        heardAt - (started?.streamSample ?? 0),
        lagSamples,
        1.5,
        'samples',
      );
    },
  );

  test('volume changes over one quantum and 1 leaves samples untouched', () => {
    const { playout, played, pull } = createPlayer();
    playout.write(new Int16Array(6_400).fill(16_384));
    pull(2_048);
    expect(played.at(-1)).toBe(0.5);
    playout.setVolume(0.5);
    pull(QUANTUM * 2);
    expect(played.at(-1)).toBe(0.25);
    expect(Math.abs((played.at(-QUANTUM * 2) ?? 0) - 0.5)).toBeLessThan(0.01);
  });
});
