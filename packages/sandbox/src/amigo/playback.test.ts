import { describe, expect, test } from 'vitest';
import type { AmigoPlayedSpan } from './playback.ts';
import { judgeAmigoPlayback } from './playback.ts';

const piece = (atMs: number, id: string) => ({
  atMs,
  data: JSON.stringify({
    type: 'server.new-message',
    interaction_id: id,
    message_id: `m-${id}`,
    message: 'AAA=',
    sequence_number: 1,
    stop: false,
  }),
});
const started = (atMs: number) => ({ atMs, data: '{"type":"server.vad-speech-started","start":1}' });
const ended = (atMs: number, transcript: string) => ({
  atMs,
  data: JSON.stringify({ type: 'server.vad-speech-ended', transcript, start: 1, end: 2 }),
});
const span = (interactionId: string, fromMs: number, toMs: number): AmigoPlayedSpan => ({
  interactionId,
  fromMs,
  toMs,
});
/** Pieces of `a`, speech at 1000 ms, its words at 2000 ms, pieces of `b`. */
const RECEIVED = [piece(0, 'a'), started(1000), ended(2000, 'words'), piece(2500, 'b')];

const rulesOf = (
  played: readonly AmigoPlayedSpan[],
  received = RECEIVED,
  falseAlarm?: 'discard' | 'resume',
): string[] =>
  judgeAmigoPlayback({ received, played, ...(falseAlarm === undefined ? {} : { falseAlarm }) }).map(
    ({ ruleId }) => ruleId,
  );

describe('judgeAmigoPlayback', () => {
  test.each([
    ['silent 60 ms after speech, then the next interaction', [span('a', 100, 1060), span('b', 2600, 3000)], []],
    ['audible for 61 ms', [span('a', 100, 1061)], ['A-45']],
    ['heard again, after a pause', [span('a', 100, 1010), span('a', 1500, 1600)], ['A-47']],
    ['heard for the first time only after the interruption', [span('a', 1200, 1300)], ['A-47']],
    ['both', [span('a', 100, 1500), span('a', 2200, 2300)], ['A-45', 'A-47']],
    ['nothing played at all', [], []],
  ] as const)('%s: %3$j', (_name, played, rules) => {
    expect(rulesOf(played)).toEqual(rules);
  });

  const ALARM = [piece(0, 'a'), started(1000), ended(1300, '')];

  test('after a false alarm, "discard" stays silent and "resume" goes on', () => {
    const resumed = [span('a', 100, 1010), span('a', 1320, 3000)];
    const silent = [span('a', 100, 1010)];
    expect(rulesOf(resumed, ALARM, 'resume')).toEqual([]);
    expect(rulesOf(resumed, ALARM)).toEqual(['A-47']);
    expect(rulesOf(silent, ALARM)).toEqual([]);
    expect(rulesOf(silent, ALARM, 'resume')).toEqual(['A-46']);
  });

  test.each([
    [
      'times that go on',
      [
        [2000, 1000, 1900],
        [5000, 4000, 4900],
      ],
      [],
    ],
    [
      'an utterance before the one before',
      [
        [5000, 4000, 4900],
        [8000, 1000, 1900],
      ],
      ['A-48'],
    ],
    ['one that is still to come', [[2000, 2500, 3000]], ['A-48']],
    ['one that ends before it begins', [[2000, 1500, 1000]], ['A-48']],
  ] as const)('%s: %3$j', (_name, told, rules) => {
    const toldSpeech = told.map(([atMs, startMs, endMs]) => ({ atMs, startMs, endMs }));
    const breaches = judgeAmigoPlayback({ received: RECEIVED, played: [], toldSpeech });
    expect(breaches.map(({ ruleId }) => ruleId)).toEqual(rules);
  });

  test('speech before the first word of the agent ends nothing; malformed messages are passed over', () => {
    const received = [started(0), { atMs: 1, data: '{' }, piece(100, 'a')];
    expect(rulesOf([span('a', 150, 900)], received)).toEqual([]);
  });
});
