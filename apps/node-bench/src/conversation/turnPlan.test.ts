import { describe, expect, test } from 'vitest';
import {
  INTERRUPT_AFTER_MS,
  interruptDelayMs,
  planDurationMs,
  planTurns,
  SILENCE_LIMIT_MS,
  turnStartSamples,
} from './turnPlan.ts';

const OPTIONS = {
  warmupTurns: 1,
  turns: 5,
  answerLimitMs: 5000,
  utteranceMs: 2735,
  endOfSpeechMs: 2435,
  sessionIndex: 0,
  sessions: 1,
};

describe('planTurns', () => {
  test.each([
    [2735, 2435, 5000],
    [2735, 2435, 100],
    [30_000, 12_000, 3000],
    [500, 500, 1000],
  ])(
    'an utterance of %d ms with speech to %d ms and an answer within %d ms end before the next turn',
    (utteranceMs, endOfSpeechMs, answerLimitMs) => {
      const { slotMs } = planTurns({ ...OPTIONS, utteranceMs, endOfSpeechMs, answerLimitMs });
      expect(slotMs).toBeGreaterThan(utteranceMs);
      expect(slotMs).toBeGreaterThan(endOfSpeechMs + answerLimitMs + INTERRUPT_AFTER_MS + SILENCE_LIMIT_MS);
      expect(slotMs % 100).toBe(0);
    },
  );

  test('4 sessions start a quarter of a slot apart', () => {
    const starts = [0, 1, 2, 3].map((sessionIndex) => planTurns({ ...OPTIONS, sessionIndex, sessions: 4 }).firstTurnMs);
    const { slotMs } = planTurns(OPTIONS);
    expect(starts.map((start) => start - (starts[0] ?? 0))).toEqual([0, slotMs / 4, slotMs / 2, (3 * slotMs) / 4]);
  });

  test('lasts its opening and 6 slots for 1 warm-up turn and 5 measured ones', () => {
    const plan = planTurns(OPTIONS);
    expect(planDurationMs(plan)).toBe(plan.firstTurnMs + 6 * plan.slotMs);
  });
});

describe('turnStartSamples', () => {
  test.each([16_000, 22_050, 48_000])(
    'at %d Hz lie one slot apart, each less than a frame of 20 ms late',
    (sampleRate) => {
      const plan = planTurns({ ...OPTIONS, turns: 50 });
      const starts = turnStartSamples(plan, 1234, sampleRate);
      expect(starts.length).toBe(51);
      const late = starts.map(
        (start, i) => (start / sampleRate) * 1000 - ((starts[0] ?? 0) / sampleRate) * 1000 - i * plan.slotMs,
      );
      expect(Math.min(...late)).toBeGreaterThan(-0.1);
      expect(Math.max(...late)).toBeLessThan(20.1);
      // Evenly over the frame: each fifth of it holds a fifth of the 51 turns, give or take 3.
      for (let fifth = 0; fifth < 5; fifth++) {
        const held = late.filter((ms) => Math.floor(Math.max(0, ms) / 4) === fifth).length;
        expect(Math.abs(held - 10.2), `fifth ${fifth}`).toBeLessThanOrEqual(3);
      }
    },
  );

  test('do not depend on when within a frame the session opened', () => {
    const plan = planTurns(OPTIONS);
    const [early = 0] = turnStartSamples(plan, 16_001, 16_000);
    const [late = 0] = turnStartSamples(plan, 16_319, 16_000);
    expect([early % 320, late - early]).toEqual([0, 0]);
  });
});

describe('interruptDelayMs', () => {
  test('spreads 50 interruptions over 10 ms: each half of them holds 25, give or take 2', () => {
    const plan = planTurns(OPTIONS);
    const delays = Array.from({ length: 50 }, (_, index) => interruptDelayMs(plan, index) - INTERRUPT_AFTER_MS);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(10);
    expect(Math.abs(delays.filter((ms) => ms < 5).length - 25)).toBeLessThanOrEqual(2);
  });
});
