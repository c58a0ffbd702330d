// This file holds what every audio input promises; each implementation's test runs it.
import { assertNear } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AudioInput, CapturedFrame } from './audioInput.ts';

/** An input under test, not started, that delivers sound or silence as soon as it is. */
export interface InputUnderTest {
  readonly input: AudioInput;
  /** Hz of its sample line. */
  readonly sampleRate: number;
  pass(durationMs: number): Promise<void>;
  /** Session clock. */
  nowMs(): number;
  /** How late a frame may be told, beyond its own end. */
  readonly toleranceMs: number;
}

/** @param create Makes one for each test. */
export function describeAudioInput(name: string, create: () => Promise<InputUnderTest>): void {
  describe(`${name} as an audio input`, () => {
    test('delivers 50 frames of 320 samples a second, each where the one before it ended', async () => {
      const { input, pass } = await create();
      const frames: (Omit<CapturedFrame, 'pcm'> & { readonly length: number })[] = [];
      await input.start({
        onFrame: ({ pcm, ...frame }) => void frames.push({ ...frame, length: pcm.length }),
        onFailure: (error) => {
          throw error;
        },
      });
      await pass(1_000);
      await input.stop();
      expect(frames.length).toBeGreaterThanOrEqual(49);
      expect(frames.length).toBeLessThanOrEqual(51);
      expect(frames.every(({ length }) => length === 320)).toBe(true);
      for (let i = 1; i < frames.length; i++) {
        const previous = frames[i - 1];
        const expected = (previous?.firstSampleIndex ?? 0) + (previous?.spanSamples ?? 0);
        assertNear('start of a frame', frames[i]?.firstSampleIndex ?? Number.NaN, expected, 0.001, 'samples');
      }
      expect(input.counters.framesCount).toBe(frames.length);
    });

    test('a frame is told when its last sample has been captured, on the session clock', async () => {
      const { input, pass, nowMs, toleranceMs } = await create();
      const lateMs: number[] = [];
      await input.start({
        onFrame: ({ firstSampleIndex, spanSamples }) =>
          void lateMs.push(nowMs() - input.captureTimeMs(firstSampleIndex + spanSamples)),
        onFailure: (error) => {
          throw error;
        },
      });
      await pass(1_000);
      const told = lateMs.slice();
      await input.stop();
      for (const late of told) {
        expect(late).toBeGreaterThanOrEqual(-0.01);
        expect(late).toBeLessThanOrEqual(toleranceMs);
      }
    });

    test('nothing comes after stop, and a second start begins anew', async () => {
      const { input, pass } = await create();
      let count = 0;
      const sink = {
        onFrame: () => void (count += 1),
        onFailure: (error: Error) => {
          throw error;
        },
      };
      await input.start(sink);
      await pass(200);
      await input.stop();
      const atStop = count;
      await pass(200);
      expect(count).toBe(atStop);
      await input.start(sink);
      expect(input.counters.framesCount).toBe(0);
      await pass(200);
      expect(count).toBeGreaterThan(atStop);
      await input.stop();
    });

    test('lets its device go and has it back: silence takes the place of sound, and the sample line goes on', async ({
      skip,
    }) => {
      const { input, pass } = await create();
      if (input.pause === undefined || input.resume === undefined) return skip('it has no device to let go');
      const frames: { readonly firstSampleIndex: number; readonly spanSamples: number; readonly isSilent: boolean }[] =
        [];
      await input.start({
        onFrame: ({ pcm, firstSampleIndex, spanSamples }) =>
          void frames.push({ firstSampleIndex, spanSamples, isSilent: pcm.every((value) => value === 0) }),
        onFailure: (error) => {
          throw error;
        },
      });
      await pass(200);
      await input.pause();
      // The first frame holds what was captured before.
      await pass(60);
      const paused = frames.length;
      await pass(500);
      expect(frames.length - paused).toBeGreaterThanOrEqual(24);
      expect(frames.slice(paused).every(({ isSilent }) => isSilent)).toBe(true);
      await input.pause();
      await input.resume();
      await input.resume();
      await pass(200);
      await input.stop();
      for (let i = 1; i < frames.length; i++) {
        const expected = (frames[i - 1]?.firstSampleIndex ?? 0) + (frames[i - 1]?.spanSamples ?? 0);
        assertNear('start of a frame', frames[i]?.firstSampleIndex ?? Number.NaN, expected, 0.001, 'samples');
      }
    });
  });
}
