import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { TURN_PARTS, TURN_STAGES } from '../result/stages.ts';
import { partsOf, stagesOfAnswered, stagesOfFailed } from './turnStages.ts';

describe('stages of a turn', () => {
  test('each part lies between two neighbouring instants', () => {
    const answer = { receivedMs: 1700.5, decodedMs: 1700.75, jitterOutMs: 1762, audibleMs: 1790 };
    expect(stagesOfAnswered(partsOf(1000, answer), 6.25)).toEqual({
      responseWait: 700.5,
      wireToDecoded: 0.25,
      decodedToJitterOut: 61.25,
      jitterOutToSpeaker: 28,
      timeToFirstAudio: 790,
      bargeInToSilence: 6.25,
    });
  });

  test('the parts add up to timeToFirstAudio, as printed, for 1,000 random turns', () => {
    const random = createSeededRandom(77);
    for (let i = 0; i < 1000; i++) {
      const endOfSpeechMs = random.next() * 1e7;
      const receivedMs = endOfSpeechMs + random.next() * 3000;
      const decodedMs = receivedMs + random.next();
      const jitterOutMs = decodedMs + random.next() * 200;
      const audibleMs = jitterOutMs + random.next() * 100;
      const stages = stagesOfAnswered(partsOf(endOfSpeechMs, { receivedMs, decodedMs, jitterOutMs, audibleMs }), null);
      const printed = TURN_PARTS.map((part) => Math.round(Number(stages[part]) * 1000));
      const sum = printed.reduce((total, part) => total + part, 0);
      expect(sum, `${random}, turn ${i}`).toBe(Math.round(Number(stages.timeToFirstAudio) * 1000));
      // Four roundings to the microsecond may add up to two of them.
      expect(Math.abs(Number(stages.timeToFirstAudio) - (audibleMs - endOfSpeechMs))).toBeLessThanOrEqual(0.0021);
    }
  });

  test('a turn without an answer is infinite in all 6 stages', () => {
    expect(Object.entries(stagesOfFailed())).toEqual(TURN_STAGES.map((stage) => [stage, 'inf']));
  });

  test('an agent that did not fall silent is infinite there and nowhere else', () => {
    const parts = partsOf(0, { receivedMs: 1, decodedMs: 2, jitterOutMs: 3, audibleMs: 4 });
    const stages = stagesOfAnswered(parts, Infinity);
    expect(stages.bargeInToSilence).toBe('inf');
    expect(stages.timeToFirstAudio).toBe(4);
  });
});
