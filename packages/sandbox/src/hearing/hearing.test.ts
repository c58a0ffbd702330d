import { FakeClock } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { SpeechStart, Utterance } from './utterance.ts';
import { DEFAULT_TURN_OPTIONS, Hearing } from './hearing.ts';
import { PcmStore } from './pcmTail.ts';

/** Hearing over a detector that reads its score off the first sample of each frame, in thousandths. */
function createHearing(options = {}) {
  const clock = new FakeClock();
  const starts: (SpeechStart & { atMs: number })[] = [];
  const ends: (Utterance & { atMs: number })[] = [];
  const state = { disposals: 0, frames: 0 };
  const detector = {
    process: (frame: Int16Array) => (frame[0] ?? 0) / 1000,
    dispose: () => (state.disposals += 1),
  };
  const hearing = new Hearing(
    clock,
    new PcmStore(),
    detector,
    { ...DEFAULT_TURN_OPTIONS, ...options },
    {
      onSpeechStarted: (start) => starts.push({ ...start, atMs: clock.nowMs() }),
      onSpeechEnded: (utterance) => ends.push({ ...utterance, atMs: clock.nowMs() }),
    },
  );
  /** Frames of a score for `ms`, one every 20 ms; sample 1 counts frames, so that copies can be told apart. */
  const hear = (score: number, ms: number, isAgentSpeaking = false): void => {
    for (let left = ms; left > 0; left -= 20) {
      const frame = new Int16Array(320).fill(score * 1000);
      frame[1] = state.frames++;
      hearing.hear(frame, isAgentSpeaking);
      clock.advanceMs(20);
    }
  };
  return { clock, hearing, starts, ends, state, hear };
}

describe('Hearing', () => {
  test('1 s of speech begins after 80 ms and ends 560 ms after its last frame, measured to the sample', () => {
    const { hear, starts, ends } = createHearing();
    hear(0, 400);
    hear(0.9, 1000);
    hear(0, 1000);
    expect(starts).toEqual([{ startSample: 6400, isBargeIn: false, atMs: 460 }]);
    expect(ends.length).toBe(1);
    expect(ends[0]).toMatchObject({ startSample: 6400, endSample: 22_400, durationMs: 1000, atMs: 1940 });
  });

  test('the utterance holds 200 ms before and 200 ms after the speech, without a gap', () => {
    const { hear, ends } = createHearing();
    hear(0, 400);
    hear(0.9, 1000);
    hear(0, 1000);
    const pcm = ends[0]?.pcm ?? new Int16Array(0);
    expect(pcm.length).toBe((200 + 1000 + 200) * 16);
    const counted = Array.from({ length: pcm.length / 320 }, (_, frame) => pcm[frame * 320 + 1]);
    expect(counted).toEqual(Array.from({ length: 70 }, (_, i) => i + 10));
  });

  test('speech in the very first frame has no lead-in to give', () => {
    const { hear, ends } = createHearing();
    hear(0.9, 200);
    hear(0, 600);
    expect(ends[0]).toMatchObject({ startSample: 0, endSample: 3200 });
    expect(ends[0]?.pcm.length).toBe((200 + 200) * 16);
  });

  test('60 ms of speech is no turn; during agent speech, 180 ms is no barge-in and 200 ms is one', () => {
    const { hear, starts } = createHearing();
    hear(0.9, 60);
    hear(0, 100);
    expect(starts).toEqual([]);
    hear(0.9, 180, true);
    hear(0, 100, true);
    expect(starts).toEqual([]);
    hear(0.9, 200, true);
    expect(starts).toMatchObject([{ isBargeIn: true }]);
  });

  test('a pause of 540 ms does not end a turn, one of 560 ms does', () => {
    const { hear, ends } = createHearing();
    hear(0.9, 200);
    hear(0, 540);
    hear(0.9, 200);
    hear(0, 540);
    expect(ends.length).toBe(0);
    hear(0, 20);
    expect(ends[0]?.durationMs).toBe(940);
  });

  test('a score between the thresholds keeps the judgement: speech stays speech, silence stays silence', () => {
    const { hear, starts, ends } = createHearing();
    hear(0.5, 1000);
    expect(starts.length).toBe(0);
    hear(0.9, 200);
    hear(0.5, 1000);
    hear(0.2, 600);
    expect(ends[0]?.durationMs).toBe(1200);
  });

  test('audio that stops coming ends the turn after 560 ms of clock time', () => {
    const { clock, hear, ends } = createHearing();
    hear(0.9, 500);
    clock.advanceMs(2000);
    expect(ends.length).toBe(1);
    expect(ends[0]?.atMs).toBe(480 + 560);
  });

  test('a turn of 90 s is cut at 60 s and keeps its last 30 s', () => {
    const { hear, ends } = createHearing();
    hear(0.9, 90_000);
    expect(ends[0]?.durationMs).toBe(60_000);
    expect(ends[0]?.pcm.length).toBeLessThanOrEqual(30_400 * 16);
  });

  test('the level is that of the speech alone', () => {
    const { hear, ends } = createHearing();
    hear(0.9, 400);
    hear(0.2, 600);
    // Samples of 900 of 32768.
    expect(ends[0]?.rmsDb).toBeCloseTo(20 * Math.log10(900 / 32_768), 1);
  });

  test('close releases the detector and the timer: nothing is reported afterwards', () => {
    const { clock, hearing, hear, ends, state } = createHearing();
    hear(0.9, 500);
    hearing.close();
    clock.advanceMs(5000);
    expect(ends).toEqual([]);
    expect(state.disposals).toBe(1);
  });

  test('the tail of a turn that the client ended begins no other; speech after a pause, or for over 400 ms, does', () => {
    const { hear, hearing, starts, ends } = createHearing();
    hear(1, 500);
    hearing.endTurn();
    hear(1, 300);
    hear(0, 20);
    expect([starts.length, ends.length]).toEqual([1, 1]);
    hear(1, 100);
    expect(starts.length).toBe(2);
    hearing.endTurn();
    hear(1, 480);
    expect(starts.length).toBe(3);
  });
});
