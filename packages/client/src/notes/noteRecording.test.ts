import { readWav } from '../audioFile/wav.ts';
import { describe, expect, test } from 'vitest';
import { createVoiceError } from '../errors.ts';
import type { AudioInput, AudioInputSink } from '../ports/audioInput.ts';
import { createDeferred } from '../session/deferred.ts';
import { NoteRecording } from './noteRecording.ts';

/** An input that is driven by hand. */
class HandInput implements AudioInput {
  readonly inputLatency = { ms: 0, basis: 'unknown' } as const;
  readonly counters = { capturedSamples: 0, framesCount: 0, missedSamples: 0 };
  readonly starting = createDeferred<void>();
  stopCount = 0;
  tail: Int16Array | null = null;
  sink: AudioInputSink | null = null;
  start(sink: AudioInputSink): Promise<void> {
    this.sink = sink;
    return this.starting.promise;
  }
  stop(): Promise<void> {
    this.stopCount += 1;
    if (this.tail !== null) this.give(this.tail);
    return Promise.resolve();
  }
  captureTimeMs = (): number => 0;
  give(pcm: Int16Array): void {
    this.sink?.onFrame({ pcm, firstSampleIndex: 0, spanSamples: 320, rmsDb: -30, peakDb: -20, speechScore: 1 });
  }
}

function begin(options = {}) {
  const input = new HandInput();
  const recording = new NoteRecording(input, options);
  return {
    input,
    recording,
    codeOf: () => recording.finished().catch((error: unknown) => (error as { code: string }).code),
  };
}

async function started(input: HandInput): Promise<void> {
  input.starting.resolve();
  await input.starting.promise;
}

describe('NoteRecording', () => {
  test('keeps what it was given, though the input uses its frame again, and the frame that the stop completes', async () => {
    const { input, recording } = begin();
    await started(input);
    const frame = new Int16Array(320).fill(100);
    input.give(frame);
    frame.fill(200);
    input.give(frame);
    expect([recording.durationMs, recording.getInputLevel()]).toEqual([40, 0.5]);
    input.tail = new Int16Array(320).fill(300);
    await recording.stop();
    await recording.stop();
    const { sampleRate, samples } = readWav(await recording.finished());
    expect([sampleRate, samples.length, input.stopCount]).toEqual([16_000, 960, 1]);
    expect([0, 320, 640].map((at) => (samples[at] ?? 0) * 32_768)).toEqual([100, 200, 300]);
    expect(recording.getInputLevel()).toBe(0);
  });

  test('a frame that the stop completes does not make it too long', async () => {
    const { input, recording } = begin({ maxDurationMs: 20 });
    await started(input);
    input.give(new Int16Array(320));
    input.tail = new Int16Array(320);
    await recording.stop();
    expect((await recording.finished()).length).toBe(44 + 640);
  });

  test('stopped before anything came, it is empty; what the late start opens is closed', async () => {
    const { input, recording, codeOf } = begin();
    await recording.stop();
    expect(await codeOf()).toBe('note-empty');
    input.starting.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(input.stopCount).toBe(2);
  });

  test('an input that says it was stopped while it started has not failed', async () => {
    const { input, recording, codeOf } = begin();
    const stopping = recording.stop();
    input.starting.reject(createVoiceError('connect-aborted', 'Stopped.'));
    await stopping;
    expect(await codeOf()).toBe('note-empty');
  });

  test('a device that fails to start, or later, is what the recording fails with; what it gave can be had', async () => {
    const refused = begin();
    refused.input.starting.reject(createVoiceError('microphone-denied', 'No.'));
    expect(await refused.codeOf()).toBe('microphone-denied');
    const broken = begin();
    await started(broken.input);
    broken.input.give(new Int16Array(320).fill(5));
    broken.input.sink?.onFailure(createVoiceError('microphone-ended', 'Gone.'));
    expect([await broken.codeOf(), broken.input.stopCount]).toEqual(['microphone-ended', 1]);
    expect(readWav(broken.recording.toWav()).samples.length).toBe(320);
  });

  test('takes the limits of a vendor, by time and by size', async () => {
    for (const [maxDurationMs, maxFileBytes] of [
      [40, 1_000_000],
      [60_000, 44 + 2 * 640],
    ] as const) {
      const { input, recording, codeOf } = begin();
      recording.limitTo(maxDurationMs, maxFileBytes);
      for (let i = 0; i < 3; i++) input.give(new Int16Array(320));
      expect([await codeOf(), recording.durationMs]).toEqual(['note-too-long', 40]);
    }
  });

  test('refuses a limit that is none', () => {
    for (const maxDurationMs of [0, -1, Number.NaN]) expect(() => begin({ maxDurationMs })).toThrow('above 0');
  });
});
