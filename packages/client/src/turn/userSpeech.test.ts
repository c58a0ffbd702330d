import { describe, expect, test } from 'vitest';
import { UserSpeech } from './userSpeech.ts';

/** Frames of 20 ms; `1` is speech. */
function follow(frames: string) {
  const speech = new UserSpeech(0.5);
  const speaking: boolean[] = [];
  const sustained: number[] = [];
  frames.split('').forEach((frame, n) => {
    speech.push(frame === '1' ? 0.9 : 0.1, n * 20);
    speaking.push(speech.isSpeaking);
    sustained.push(speech.sustainedMs(n * 20));
  });
  return { speaking, sustained };
}

describe('UserSpeech', () => {
  test('begins with the first frame of speech and ends 600 ms after the last', () => {
    const { speaking } = follow(`00111${'0'.repeat(40)}`);
    expect(speaking.indexOf(true)).toBe(2);
    expect(speaking.lastIndexOf(true)).toBe(4 + 30);
  });

  test('is sustained over gaps of up to 100 ms, and begins anew after a longer one', () => {
    const { sustained } = follow(`111${'0'.repeat(4)}111${'0'.repeat(6)}11`);
    expect(sustained[2]).toBe(40);
    expect(sustained[9]).toBe(180);
    expect(sustained[15]).toBe(0);
    expect(sustained[17]).toBe(20);
  });

  test('a click of one frame is no sustained speech', () => {
    expect(Math.max(...follow(`0001${'0'.repeat(20)}`).sustained)).toBeLessThanOrEqual(100);
  });
});
