// This file holds what every audio output promises; each implementation's test runs it.
import { assertNear } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AudioOutput, AudioOutputSink, PlayedSample } from './audioOutput.ts';

/** An output under test, not started. */
export interface OutputUnderTest {
  readonly output: AudioOutput;
  /** Lets this much time pass for the output. */
  pass(durationMs: number): Promise<void>;
  /** Session clock. */
  nowMs(): number;
}

const STREAM_RATE = 16_000;

interface HeardEvents extends AudioOutputSink {
  readonly started: PlayedSample[];
  readonly ended: PlayedSample[];
}

function createSink(): HeardEvents {
  const started: PlayedSample[] = [];
  const ended: PlayedSample[] = [];
  return {
    started,
    ended,
    onSpeechStarted: (first) => void started.push(first),
    onSpeechEnded: (last) => void ended.push(last),
    onOverflow: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  };
}

/** @param create Makes one for each test. */
export function describeAudioOutput(name: string, create: () => Promise<OutputUnderTest>): void {
  describe(`${name} as an audio output`, () => {
    test('plays all that is written, counts it, and names the first and last audible sample', async () => {
      const { output, pass } = await create();
      const sink = createSink();
      await output.start(STREAM_RATE, sink);
      const pcm = new Int16Array(8_000);
      pcm.fill(8_000, 1_000, 6_000);
      output.write(pcm);
      await pass(2_000);
      expect(sink.started.map(({ streamSample }) => streamSample)).toEqual([1_000]);
      expect(sink.ended.map(({ streamSample }) => streamSample)).toEqual([5_999]);
      expect(output.counters).toMatchObject({ writtenSamples: 8_000, playedSamples: 8_000, discardedSamples: 0 });
      await output.stop();
    });

    test('an audible sample is heard after it was written, one output latency after it was rendered', async () => {
      const { output, pass, nowMs } = await create();
      const sink = createSink();
      await output.start(STREAM_RATE, sink);
      await pass(500);
      const writtenMs = nowMs();
      output.write(new Int16Array(8_000).fill(8_000));
      await pass(1_500);
      const frame = sink.started[0]?.outputFrame ?? Number.NaN;
      const renderedMs = output.renderTimeMs(frame);
      expect(renderedMs).toBeGreaterThan(writtenMs);
      expect(renderedMs).toBeLessThan(writtenMs + 500);
      assertNear('heard', output.audibleTimeMs(frame) - renderedMs, output.outputLatency.ms, 0.001, 'ms');
      await output.stop();
    });

    test('a flush tells the last sample that is heard, and drops the rest', async () => {
      const { output, pass } = await create();
      const sink = createSink();
      await output.start(STREAM_RATE, sink);
      output.write(new Int16Array(5 * STREAM_RATE).fill(8_000));
      await pass(500);
      const flushing = output.flush();
      await pass(200);
      const last = await flushing;
      expect(last?.streamSample).toBeGreaterThan(1_000);
      expect(last?.streamSample).toBeLessThan(STREAM_RATE);
      await pass(300);
      const { writtenSamples, playedSamples, discardedSamples } = output.counters;
      expect(playedSamples + discardedSamples).toBe(writtenSamples);
      expect(sink.ended.length).toBe(1);
      await output.stop();
    });

    test('a flush of silence resolves with null', async () => {
      const { output, pass } = await create();
      await output.start(STREAM_RATE, createSink());
      await pass(100);
      const flushing = output.flush();
      await pass(100);
      expect(await flushing).toBeNull();
      await output.stop();
    });

    test('drain waits for the last sample, and for nothing when nothing was written', async () => {
      const { output, pass } = await create();
      await output.start(STREAM_RATE, createSink());
      await output.drain();
      output.write(new Int16Array(STREAM_RATE / 2).fill(8_000));
      let isDrained = false;
      void output.drain().then(() => (isDrained = true));
      await pass(300);
      expect(isDrained).toBe(false);
      await pass(900);
      expect(isDrained).toBe(true);
      await output.stop();
    });

    test('stop keeps nobody waiting, and a second start begins anew', async () => {
      const { output, pass } = await create();
      await output.start(STREAM_RATE, createSink());
      output.write(new Int16Array(STREAM_RATE).fill(8_000));
      await pass(100);
      const draining = output.drain();
      const flushing = output.flush();
      await output.stop();
      await Promise.all([draining, flushing]);
      const sink = createSink();
      await output.start(STREAM_RATE, sink);
      expect(output.counters).toMatchObject({ writtenSamples: 0, playedSamples: 0, discardedSamples: 0 });
      output.write(new Int16Array(STREAM_RATE / 4).fill(8_000));
      await pass(1_200);
      expect(sink.started.map(({ streamSample }) => streamSample)).toEqual([0]);
      await output.stop();
    });
  });
}
